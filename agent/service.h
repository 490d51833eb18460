// The Agent interface of agent.capnp on top of a Session.
#pragma once

#include <memory>

#include "agent/agent.capnp.h"
#include "agent/session.h"
#include "agent/workers.h"

namespace sriov::agent {

/// Answers a controller. Everything that may block runs on `workers`, so the loop always answers clock().
/// `workers` must outlive it.
[[nodiscard]] rpc::Agent::Client make_service(std::shared_ptr<Session> session, Workers& workers);

}  // namespace sriov::agent
