#include "core/result.h"

#include <cerrno>
#include <system_error>

namespace sriov {

std::string Error::text() const {
  std::string out = where.empty() ? what : where + ": " + what;
  if (!hint.empty()) out += " (" + hint + ")";
  return out;
}

Error Error::at(std::string_view outer) const {
  Error out = *this;
  const std::string prefix = std::string(outer) + ": ";
  if (where == outer || where.starts_with(prefix)) return out;
  out.where = where.empty() ? std::string(outer) : prefix + where;
  return out;
}

tl::unexpected<Error> fail(std::string what, std::string where, std::string hint, ErrorKind kind) {
  return tl::unexpected(Error{std::move(what), std::move(where), std::move(hint), kind});
}

tl::unexpected<Error> fail_usage(std::string what, std::string where, std::string hint) {
  return fail(std::move(what), std::move(where), std::move(hint), ErrorKind::usage);
}

tl::unexpected<Error> fail_environment(std::string what, std::string where, std::string hint) {
  return fail(std::move(what), std::move(where), std::move(hint), ErrorKind::environment);
}

tl::unexpected<Error> fail_errno(std::string what, int error_number, std::string where) {
  const bool denied = error_number == EACCES || error_number == EPERM;
  return fail(std::move(what) + ": " + std::generic_category().message(error_number), std::move(where),
              denied ? "run as root" : "", denied ? ErrorKind::environment : ErrorKind::failed);
}

}  // namespace sriov
