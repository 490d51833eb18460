@0x928467f0a5a2365e;
# What `sriov-bench workload client` asks of `sriov-bench workload server`: one run of one workload, nothing else. Before the
# first message both sides write a greeting line (agent/workload/workload_greeting.h).

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("sriov::rpc");
using Wire = import "/agent/agent.capnp";

interface WorkloadServer {
  # Once a connection.
  prepare @0 (spec :Wire.WorkloadSpec) -> (outcome :Wire.Outcome(Wire.Port), run :WorkloadRun);
}

interface WorkloadRun {
  # With a failure, the report has what was counted before it; a failure that says nothing is none.
  run @0 (spec :Wire.WorkloadSpec) -> (report :Wire.WorkloadReport, failure :Wire.Failure);
  stop @1 () -> ();
}
