// Xenstore, read over its own protocol (xen/io/xs_wire.h): works in statically linked agents too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "host/file.h"
#include "host/host.h"

namespace sriov {

/// What is read of a Xenstore; paths without a leading slash are the own domain's.
class XenstoreReader {
 public:
  virtual ~XenstoreReader() = default;
  /// The value of a node; nullopt when it is not there.
  [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) = 0;
  /// The names below a node; empty when it is not there.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& path) = 0;
  /// Asks to be told of changes at and below `path`; the first call of has_changed() is then true. Xenstore tells of
  /// domains that come and go under "@introduceDomain" and "@releaseDomain".
  [[nodiscard]] virtual bool watch(const std::string& path) = 0;
  /// Whether something changed below a watched path since the last call. One poll(), no allocation when not.
  [[nodiscard]] virtual bool has_changed() = 0;
};

/// A connection to xenstored, by the kernel's device (or, in tests, any descriptor).
class Xenstore : public XenstoreReader {
 public:
  /// `environment` error on a machine without one.
  [[nodiscard]] static Result<Xenstore> open(const Host& host);
  explicit Xenstore(Fd connection) : connection_(std::move(connection)) {}

  std::optional<std::string> read(const std::string& path) override;
  std::vector<std::string> list(const std::string& path) override;
  bool watch(const std::string& path) override;
  bool has_changed() override;

 private:
  std::optional<std::string> ask(std::uint32_t type, std::string_view payload);
  bool send(std::uint32_t type, std::string_view payload);
  bool receive(std::uint32_t& type, std::string& payload);
  bool receive_bytes(char* to, std::size_t size);

  Fd connection_;
  bool changed_ = false;
};

/// A guest that holds a PCI device.
struct PciOwner {
  std::string pci_address;  ///< "0000:01:10.0".
  unsigned domid = 0;
  std::string domain;  ///< Its name, or "".
};

/// The devices that this domain's pciback has given to guests: backend/pci/<domid>/0/dev-<n>.
[[nodiscard]] std::vector<PciOwner> pci_owners(XenstoreReader& store);

}  // namespace sriov
