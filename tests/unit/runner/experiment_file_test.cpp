#include "runner/experiment_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <utility>

#include "runner/plan.h"

namespace sriov {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMinimal = "testbed = \"netns\"\n[factors]\nworkload = [\"tcp_stream\"]\n";

Experiment parsed(const std::string& text, const std::vector<std::string>& overrides = {}) {
  auto experiment = parse_experiment(text, "test.toml", overrides);
  EXPECT_TRUE(experiment) << (experiment ? "" : experiment.error().text());
  return experiment ? *experiment : Experiment{};
}

std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto experiment = parse_experiment(text, "test.toml", overrides);
  if (experiment) return "no error";
  EXPECT_EQ(experiment.error().kind, ErrorKind::usage);
  return experiment.error().text();
}

/// The trial of a cell; what it leaves out is tcp_stream on veth.
PlannedTrial planned(const Experiment& experiment, Cell cell) {
  cell.insert({{"path", "veth"}, {"workload", "tcp_stream"}});
  auto trial = plan_trial(experiment, {0, 0, std::move(cell)});
  EXPECT_TRUE(trial) << (trial ? "" : trial.error().text());
  return trial ? *trial : PlannedTrial{};
}

TEST(ExperimentFile, AllThatShipAreValid) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SRIOV_CONFIGS "/experiments")) {
    if (entry.path().extension() != ".toml") continue;
    const auto experiment = load_experiment(entry.path().string(), {});
    EXPECT_TRUE(experiment) << (experiment ? "" : experiment.error().text());
    EXPECT_EQ(experiment ? experiment->name : "", entry.path().stem().string());
    ++files;
  }
  EXPECT_GE(files, 7);
}

TEST(ExperimentFile, OptionsMayBeOfOneWorkloadAlone) {
  const Experiment experiment = parsed(
      "testbed = 'netns'\n[factors]\nworkload = ['dma_footprint']\nfootprint_bytes = ['64k', '1M']\n"
      "[workload]\nmessage_bytes = '16k'\n");
  const PlannedTrial trial = planned(experiment, {{"workload", "dma_footprint"}, {"footprint_bytes", "1M"}});
  EXPECT_EQ(trial.workload.own.at("footprint_bytes"), "1M");
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = ['tcp_rr']\nfootprint_bytes = ['64k']\n"),
              HasSubstr("unknown workload option 'footprint_bytes' of tcp_rr"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = ['udp_stream']\ncongestion = ['reno', 'cubic']\n"),
              HasSubstr("congestion means nothing to udp_stream"));
}

TEST(ExperimentFile, FillsInDefaults) {
  const Experiment experiment = parsed(kMinimal);
  EXPECT_EQ(experiment.name, "test");
  EXPECT_EQ(experiment.repetitions, 5);
  EXPECT_EQ(experiment.duration_ns, 5'000'000'000);
  EXPECT_TRUE(experiment.randomize);
  EXPECT_THAT(levels_of(experiment, "path"), ElementsAre("veth", "veth-bridge"));
  EXPECT_EQ(experiment.source, kMinimal);
}

TEST(ExperimentFile, KeepsFactorsInTheOrderOfTheFile) {
  const Experiment experiment = parsed(
      "testbed = 'netns'\n[factors]\nworkload = ['tcp_stream', 'tcp_rr']\npath = 'veth'\nmessage_bytes = [64, '1k']\n");
  ASSERT_EQ(experiment.factors.size(), 3U);
  EXPECT_EQ(experiment.factors[0].name, "workload");
  EXPECT_EQ(experiment.factors[1].name, "path");
  EXPECT_THAT(experiment.factors[2].levels, ElementsAre("64", "1k"));
}

TEST(ExperimentFile, NamesTheLineAndTheNearestKey) {
  EXPECT_EQ(error_of("name = 'x'\nrepetitons = 3\n"),
            "test.toml:2: unknown key 'repetitons'; did you mean 'repetitions'?");
  EXPECT_EQ(error_of("testbed = 'netns'\n[factors]\nworkload = ['tcp_steam']\n"),
            "test.toml:3: unknown workload 'tcp_steam'; did you mean 'tcp_stream'?");
  EXPECT_EQ(error_of("testbed = 'netns'\n[factors]\npath = ['vet']\nworkload = 'tcp_rr'\n"),
            "test.toml:3: unknown netns path 'vet'; did you mean 'veth'?");
  EXPECT_EQ(error_of("testbed = 'netns'\ncollectors = ['cpus']\n"),
            "test.toml:2: unknown collector 'cpus'; did you mean 'cpu'?");
  EXPECT_EQ(error_of(std::string(kMinimal) + "[workload]\nmesage_bytes = 3\n"),
            "test.toml:5: unknown workload option 'mesage_bytes'; did you mean 'message_bytes'?");
  EXPECT_EQ(error_of(std::string(kMinimal) + "[testbed_settings]\nfp = 'eth0'\n"),
            "test.toml:5: unknown setting of testbed 'netns' 'fp'; did you mean 'pf'?");
}

TEST(ExperimentFile, RefusesValuesThatMakeNoSense) {
  EXPECT_THAT(error_of("repetitions = 0\n"), HasSubstr("test.toml:1: 'repetitions' must be a whole number"));
  EXPECT_THAT(error_of("duration = 5\n"), HasSubstr("test.toml:1: 'duration'"));
  EXPECT_THAT(error_of("duration = '0s'\n"), HasSubstr("at least 1 ms"));
  EXPECT_THAT(error_of("interval = '10us'\n"), HasSubstr("at least 1 ms"));
  EXPECT_THAT(error_of("order = 'random'\n"), HasSubstr("unknown order 'random'"));
  EXPECT_THAT(error_of("name = '../x'\n"), HasSubstr("cannot name a directory"));
  EXPECT_THAT(error_of("workload = 'tcp_rr'\n"), HasSubstr("'workload' must be a table"));
  EXPECT_THAT(error_of("testbed = 'netns'\n"), HasSubstr("no workload"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = []\n"), HasSubstr("empty"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = ['tcp_rr', 'tcp_rr']\n"), HasSubstr("twice"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\nguests = [0]\n"), HasSubstr("guests"));
  EXPECT_THAT(error_of("name = \n"), HasSubstr("test.toml:1"));
}

TEST(ExperimentFile, KeepsTheOptionsOfItsCollectors) {
  const std::string text = std::string(kMinimal) + "[collector.interrupts]\nirqs = 'vf'\n";
  const Experiment experiment = parsed(text);
  EXPECT_EQ(experiment.collector_options.at("interrupts").at("irqs"), "vf");
  EXPECT_EQ(parsed(to_toml(experiment)).collector_options, experiment.collector_options);
  EXPECT_EQ(parsed(std::string(kMinimal) + "[collector.interrupts]\nirqs = ['vf', 'netfront']\n")
                .collector_options.at("interrupts")
                .at("irqs"),
            "vf,netfront")
      << "a list, as --set makes it of a,b";
  EXPECT_EQ(parse_experiment(kMinimal, "test.toml", {"collector.interrupts.irqs=pf"})
                ->collector_options.at("interrupts")
                .at("irqs"),
            "pf");
}

TEST(ExperimentFile, RefusesOptionsThatNoCollectorHas) {
  EXPECT_THAT(error_of(std::string(kMinimal) + "[collector.interrupts]\nirq = 'vf'\n"),
              HasSubstr("test.toml:5: collector interrupts: unknown option 'irq' (did you mean 'irqs'?)"));
  EXPECT_THAT(error_of(std::string(kMinimal) + "[collector.softnet]\nx = 1\n"),
              HasSubstr("unknown collector 'softnet'"))
      << "it is not sampled, so its options would do nothing";
}

TEST(ExperimentFile, RefusesOptionsThatAWorkloadCannotUse) {
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = 'udp_stream'\n[workload]\nmessage_bytes = '1M'\n"),
              HasSubstr("message_bytes"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\n[workload]\nrate_bps = '1M'\n"),
              HasSubstr("paced"));
}

TEST(ExperimentFile, OneOptionIsEitherAFactorOrFixed) {
  EXPECT_THAT(
      error_of("testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\nstreams = [1, 2]\n[workload]\nstreams = 3\n"),
      HasSubstr("test.toml:6: 'workload.streams' is a factor too"));
}

TEST(ExperimentFile, OptionsOfOneWorkloadWinAndFactorsWinOverAll) {
  const Experiment experiment = parsed(
      "testbed = 'netns'\n[factors]\nworkload = ['tcp_stream', 'tcp_rr', 'udp_stream']\nstreams = [1, 4]\n"
      "[workload]\nno_delay = true\n[workload.tcp_stream]\nmessage_bytes = '16k'\nno_delay = false\n");
  const WorkloadSpec stream = planned(experiment, {{"workload", "tcp_stream"}, {"streams", "4"}}).workload;
  EXPECT_EQ(stream.message_bytes, 16384);
  EXPECT_EQ(stream.streams, 4);
  EXPECT_FALSE(stream.no_delay);
  const WorkloadSpec rr = planned(experiment, {{"workload", "tcp_rr"}, {"streams", "1"}}).workload;
  EXPECT_EQ(rr.message_bytes, 1);
  EXPECT_TRUE(rr.no_delay);
  const WorkloadSpec udp = planned(experiment, {{"workload", "udp_stream"}, {"streams", "1"}}).workload;
  EXPECT_EQ(udp.message_bytes, 1400);
}

TEST(ExperimentFile, SetOverridesWithTheSameChecks) {
  const Experiment experiment = parsed(kMinimal, {"duration=2s", "repetitions=3", "factors.path=veth-bridge,veth",
                                                  "factors.workload=[\"tcp_rr\"]", "workload.tcp_rr.message_bytes=1k"});
  EXPECT_EQ(experiment.duration_ns, 2'000'000'000);
  EXPECT_EQ(experiment.repetitions, 3);
  EXPECT_THAT(levels_of(experiment, "path"), ElementsAre("veth-bridge", "veth"));
  EXPECT_THAT(levels_of(experiment, "workload"), ElementsAre("tcp_rr"));
  EXPECT_EQ(experiment.workload_options.at("tcp_rr.message_bytes"), "1k");

  EXPECT_EQ(error_of(kMinimal, {"durration=2s"}),
            "--set durration=2s: unknown key 'durration'; did you mean 'duration'?");
  EXPECT_THAT(error_of(kMinimal, {"factors.path=vef"}), HasSubstr("--set factors.path=vef: unknown netns path 'vef'"));
  EXPECT_THAT(error_of(kMinimal, {"factor.path=veth"}), HasSubstr("--set factor.path=veth: unknown key 'factor'"));
  EXPECT_THAT(error_of(kMinimal, {"duration"}), HasSubstr("not of the form key=value"));
  EXPECT_THAT(error_of(kMinimal, {"name.x=1"}), HasSubstr("--set name.x=1"));
}

TEST(ExperimentFile, WhatIsKeptPlansTheSame) {
  const Experiment experiment = parsed(kMinimal, {"factors.path=veth-bridge,veth", "warmup=1500us", "seed=7",
                                                  "description=say \"hi\"", "workload.tcp_stream.message_bytes=1k"});
  const Experiment again = parsed(experiment.source);
  EXPECT_EQ(first_difference(experiment, again), "");
  EXPECT_EQ(again.description, "say \"hi\"");
  EXPECT_EQ(again.warmup_ns, 1'500'000);
  const auto plan = make_plan(experiment);
  const auto plan_again = make_plan(again);
  ASSERT_TRUE(plan && plan_again);
  ASSERT_EQ(plan->size(), plan_again->size());
  for (std::size_t i = 0; i < plan->size(); ++i) EXPECT_EQ((*plan)[i].place.cell, (*plan_again)[i].place.cell);
}

TEST(ExperimentFile, ThePlanCarriesWhatItsLevelsMean) {
  const Experiment experiment =
      parsed(kMinimal, {"factors.path=veth", "factors.guests=1,2", "factors.streams=1,4", "factors.rx_usecs=3,9"});
  const auto plan = make_plan(experiment);
  ASSERT_TRUE(plan) << plan.error().text();
  ASSERT_EQ(plan->size(), 8U * 5);
  for (const PlannedTrial& trial : *plan) {
    EXPECT_EQ(trial.path, "veth");
    EXPECT_EQ(std::to_string(trial.settings.guests), trial.place.cell.at("guests"));
    EXPECT_EQ(std::to_string(trial.workload.streams), trial.place.cell.at("streams"));
    ASSERT_EQ(trial.knobs.size(), 1U);
    EXPECT_EQ(trial.knobs[0].value, trial.place.cell.at("rx_usecs"));
  }
  Experiment by_hand = experiment;
  by_hand.factors.push_back({"stagger", {"soon"}});
  EXPECT_FALSE(make_plan(by_hand)) << "text that is no duration must not become a plan";
}

TEST(ExperimentFile, LevelsThatCannotBeAreToldWithTheirLine) {
  const std::string begin = "testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\n";
  EXPECT_THAT(error_of(begin + "guests = [1, 'many']\n"), HasSubstr("test.toml:4: 'many' is not a number of guests"));
  EXPECT_THAT(error_of(begin + "stagger = ['soon']\n"), HasSubstr("test.toml:4: "));
  EXPECT_THAT(error_of(begin + "partner = 'guest'\nguests = [2, 3]\n"),
              AllOf(HasSubstr("test.toml: guests=3 partner=guest"), HasSubstr("even number of guests")));
}

TEST(ExperimentFile, DifferencesAreNamed) {
  const Experiment before = parsed(kMinimal);
  EXPECT_EQ(first_difference(before, parsed(kMinimal, {"duration=2s"})),
            "it was run with `duration = \"5s\"`, now it is `duration = \"2s\"`");
  EXPECT_EQ(first_difference(before, parsed(kMinimal, {"description=other words"})), "");
}

TEST(ExperimentFile, GuestsMayBeAFactor) {
  const Experiment experiment = parsed(kMinimal, {"factors.guests=1,3"});
  EXPECT_EQ(needs_of(make_plan(experiment).value()).guests, 3);
  EXPECT_EQ(planned(experiment, {{"guests", "1"}}).settings.guests, 1);
  EXPECT_EQ(needs_of(make_plan(parsed(kMinimal, {"guests=2"})).value()).guests, 2);
}

TEST(ExperimentFile, TrafficMayBeBetweenGuestsByIpv6AndStaggered) {
  const Experiment experiment =
      parsed(kMinimal, {"guests=4", "factors.partner=peer,guest", "factors.ip_version=4,6", "stagger=250ms"});
  const Needs needs = needs_of(make_plan(experiment).value());
  EXPECT_EQ(needs.guests, 4);
  EXPECT_TRUE(needs.guest_pairs);
  EXPECT_TRUE(needs.ipv6);
  const TrialSettings settings = planned(experiment, {{"partner", "guest"}, {"ip_version", "6"}}).settings;
  EXPECT_EQ(settings.lanes(), 2);
  EXPECT_EQ(settings.ip_version, 6);
  EXPECT_EQ(settings.stagger_ns, 250'000'000);
  EXPECT_EQ(planned(experiment, {{"partner", "peer"}}).settings.lanes(), 4);
  EXPECT_FALSE(needs_of(make_plan(parsed(kMinimal)).value()).guest_pairs);
  EXPECT_FALSE(needs_of(make_plan(parsed(kMinimal)).value()).ipv6);
}

TEST(ExperimentFile, KnobsAreFactorsOrFixed) {
  const Experiment experiment = parsed(
      "testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\nrx_usecs = [3, 100]\n[knobs]\n'host:netdev_budget' = 600\n"
      "tx_usecs = 10\n");
  std::map<std::string, std::string> knobs;
  for (const auto& [name, value] : planned(experiment, {{"workload", "tcp_rr"}, {"rx_usecs", "100"}}).knobs)
    knobs[name.role + ":" + name.knob] = value;
  const std::map<std::string, std::string> expected{
      {"guest:rx_usecs", "100"}, {"guest:tx_usecs", "10"}, {"host:netdev_budget", "600"}};
  EXPECT_EQ(knobs, expected);
  // What is written out means the same again.
  EXPECT_EQ(first_difference(parsed(to_toml(experiment)), experiment), "");
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\n[knobs]\nrx_usec = 1\n"),
              HasSubstr("unknown knob 'rx_usec'; did you mean 'rx_usecs'?"));
  EXPECT_THAT(error_of("testbed = 'netns'\n[factors]\nworkload = 'tcp_rr'\n'moon:rx_usecs' = [1, 2]\n"),
              HasSubstr("unknown factor 'moon:rx_usecs'"));
}

TEST(ExperimentFile, ImpossibleTrialSettingsAreRefused) {
  const auto message = [](const std::vector<std::string>& overrides) {
    const auto wrong = parse_experiment(kMinimal, "x.toml", overrides);
    return wrong ? std::string("accepted") : wrong.error().text();
  };
  EXPECT_NE(message({"guests=3", "partner=guest"}).find("needs an even number of guests, not 3"), std::string::npos);
  EXPECT_NE(message({"factors.guests=1,2", "partner=guest"}).find("not 1"), std::string::npos);
  EXPECT_NE(message({"partner=host"}).find("unknown partner 'host'"), std::string::npos);
  EXPECT_NE(message({"ip_version=5"}).find("'5' is not an IP version"), std::string::npos);
  EXPECT_NE(message({"stagger=-1s"}).find("--set stagger=-1s"), std::string::npos);
  EXPECT_NE(message({"guests=0"}).find("not a number of guests"), std::string::npos);
}

TEST(ExperimentFile, ShippedExperimentsAreValid) {
  EXPECT_TRUE(load_experiment(std::string(SRIOV_CONFIGS) + "/experiments/smoke.toml", {"testbed=netns"}));
  const auto missing = load_experiment("no/such.toml", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace sriov
