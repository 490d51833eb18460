// Errors as values: what failed, where, and what the reader can do about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace sriov {

/// Groups errors by what the caller should do; the CLI maps it to an exit code.
enum class ErrorKind {
  failed,           ///< It was tried and did not work (exit 1).
  usage,            ///< The user's words or file are wrong (exit 2).
  environment,      ///< This machine lacks something (exit 3).
  not_enough_data,  ///< Nothing to conclude from (exit 4).
  partial,          ///< Part of the work was done and kept (exit 5).
  interrupted,      ///< The user or a signal stopped it (exit 5).
};

/// One failure, written for the person who reads it.
struct Error {
  std::string what;   ///< What failed, e.g. "cannot open /dev/net/tun: Permission denied".
  std::string where;  ///< The thing it concerns: a file and line, an endpoint, a trial. May be empty.
  std::string hint;   ///< What to do about it. May be empty.
  ErrorKind kind = ErrorKind::failed;

  /// "where: what (hint)": one line, the form that all messages take.
  [[nodiscard]] std::string text() const;
  /// The same error seen from further out: prefixes `where`, unless it begins with `outer` already.
  [[nodiscard]] Error at(std::string_view outer) const;
};

/// A value or an Error. Exceptions do not cross a folder.
template <class T>
using Result = tl::expected<T, Error>;

/// Builds the failing side of a Result.
[[nodiscard]] tl::unexpected<Error> fail(std::string what, std::string where = {}, std::string hint = {},
                                         ErrorKind kind = ErrorKind::failed);
[[nodiscard]] tl::unexpected<Error> fail_usage(std::string what, std::string where = {}, std::string hint = {});
[[nodiscard]] tl::unexpected<Error> fail_environment(std::string what, std::string where = {}, std::string hint = {});
/// Appends strerror(error_number) to `what`; EACCES and EPERM become `environment` errors with a hint to run as root.
[[nodiscard]] tl::unexpected<Error> fail_errno(std::string what, int error_number, std::string where = {});

}  // namespace sriov

/// Returns the error of `expression` (a Result) from the enclosing function, if it has one.
#define SRIOV_TRY(expression)                                     \
  do {                                                            \
    if (auto sriov_try_result = (expression); !sriov_try_result)  \
      return tl::unexpected(std::move(sriov_try_result).error()); \
  } while (false)

#define SRIOV_CONCAT_INNER(a, b) a##b
#define SRIOV_CONCAT(a, b) SRIOV_CONCAT_INNER(a, b)
/// SRIOV_ASSIGN(auto value, call()): declares `value` from a Result or returns its error.
#define SRIOV_ASSIGN(declaration, expression) \
  SRIOV_ASSIGN_INNER(declaration, expression, SRIOV_CONCAT(sriov_result_, __LINE__))
#define SRIOV_ASSIGN_INNER(declaration, expression, temporary)         \
  auto temporary = (expression);                                       \
  if (!temporary) return tl::unexpected(std::move(temporary).error()); \
  declaration = std::move(*temporary)
