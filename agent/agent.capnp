@0xc5f0a3b1d7e94c26;
# What a controller asks of an agent. One bootstrap object per stream; when the stream ends the agent stops its work,
# puts back what it changed and exits. Before the first message the agent writes a greeting line (agent/stream.h), so
# that a login shell's chatter is skipped and a command that is no agent is recognised.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("sriov::rpc");

struct KeyValue {
  key @0 :Text;
  value @1 :Text;
}

struct Series {
  metric @0 :Text;
  unit @1 :Text;
  counter @2 :Bool;
  labels @3 :List(KeyValue);
  apart @4 :Text;                  # names of labels that are never summed over; null from agents that tell none
}

struct SampleBlock {
  collector @0 :Text;
  series @1 :List(Series);
  beginNs @2 :List(Int64);
  endNs @3 :List(Int64);
  columns @4 :List(List(Int64));   # absent values are the smallest Int64
}

struct Failure {
  what @0 :Text;
  where @1 :Text;
  hint @2 :Text;
  kind @3 :UInt16;
}

struct WorkloadSpec {
  workload @0 :Text;
  address @1 :Text;
  port @2 :UInt16;
  bindAddress @3 :Text;
  warmupNs @4 :Int64;
  durationNs @5 :Int64;
  clockOffsetNs @7 :Int64;
  clockErrorNs @8 :Int64 = -1;
  options @6 :List(KeyValue);      # as set_workload_option() reads them; those left out have their defaults
}

struct Measure {
  name @0 :Text;
  unit @1 :Text;
  value @2 :Float64;
}

struct WorkloadReport {
  windowBeginNs @0 :Int64;
  windowEndNs @1 :Int64;
  measures @2 :List(Measure);
  latency @3 :List(Int64);         # Histogram::encode(); empty when the workload measures none
  note @4 :Text;
  intervals @5 :List(WorkloadInterval);
}

struct WorkloadInterval {
  beginNs @0 :Int64;
  endNs @1 :Int64;
  isWarmup @2 :Bool;
  measures @3 :List(Measure);
  latency @4 :List(Int64);         # as of the report
}

struct Outcome(Value) {
  union {
    value @0 :Value;
    failure @1 :Failure;
  }
}

struct Hello {
  version @0 :Text;                # of the tool
  protocol @1 :UInt32;
  hostname @2 :Text;
  kernel @3 :Text;
  pid @4 :Int32;
  isStatic @5 :Bool;               # the static build cannot dlopen Xen's libraries
}

struct CommandResult {
  exitCode @0 :Int32;
  out @1 :Data;
  err @2 :Data;
}

struct CollectorOption {
  collector @0 :Text;
  name @1 :Text;
  value @2 :Text;
}

struct CollectorStatus {
  name @0 :Text;
  works @1 :Bool;
  why @2 :Failure;                 # when it does not
}

struct Complaint {
  collector @0 :Text;
  ageNs @1 :Int64;                 # how long ago it was noticed
  what @2 :Failure;
}

struct Nothing {}
struct TextValue { text @0 :Data; }
struct Port { port @0 :UInt16; }
struct Blocks { blocks @0 :List(SampleBlock); }

interface Agent {
  hello @0 (version :Text, protocol :UInt32) -> Hello;
  clock @1 () -> (monotonicNs :Int64);
  collectors @2 () -> (status :List(CollectorStatus));
  startSampling @3 (endpoint :Text, collectors :List(Text), intervalNs :Int64, expectedDurationNs :Int64,
      options :List(CollectorOption))
      -> (outcome :Outcome(Nothing), skipped :List(CollectorStatus));
  stopSampling @4 () -> (outcome :Outcome(Blocks));
  prepareWorkload @5 (spec :WorkloadSpec, server :Bool) -> (outcome :Outcome(Port), side :Side);
  environment @6 () -> (json :Text);
  run @7 (command :List(Text), timeoutNs :Int64) -> (outcome :Outcome(CommandResult));
  readFile @8 (path :Text) -> (outcome :Outcome(TextValue));
  writeFile @9 (path :Text, contents :Data) -> (outcome :Outcome(Nothing));
  # Commands to run when the stream ends: how an agent restores what a vanished controller changed. Each call adds a
  # batch; batches are run newest first, the commands of a batch in order.
  onDisconnect @10 (undo :List(List(Text))) -> ();
  clearDisconnect @11 () -> ();
  # The rows since startSampling or the last call; sampling goes on.
  takeSamples @12 () -> (outcome :Outcome(Blocks));
  # What collectors lost or learnt since the last call, that of a stopped sampling included.
  takeComplaints @13 () -> (complaints :List(Complaint));
}

interface Side {
  run @0 (spec :WorkloadSpec) -> (outcome :Outcome(WorkloadReport));
  stop @1 () -> ();
}
