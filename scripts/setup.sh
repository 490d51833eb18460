#!/usr/bin/env bash
# Installs packages on Debian 12 or 13. Safe to run twice; says what it does.
# Usage: scripts/setup.sh [OPTION …]    without options: what tool, agents and lab take, to build and to run
#   --with-gui                 the window and the figures of reports
#   --with-micro               `sriov-bench micro`
#   --with-hypervisor-source   `sriov-bench lab build --hypervisor source`
#   --with-tests               tests, fuzzing, lint
#   --all                      all of these
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build pkg-config
  capnproto libcapnp-dev libcli11-dev libtomlplusplus-dev libsqlite3-dev nlohmann-json3-dev
  libfmt-dev libexpected-dev libnl-3-dev libnl-route-3-dev libboost-dev libeigen3-dev libxen-dev libpfm4-dev
  # running
  iproute2 ethtool util-linux openssh-client
  # lab
  mmdebstrap e2fsprogs cpio xz-utils
)
gui_packages=(qt6-base-dev qt6-charts-dev qt6-svg-dev libqcustomplot-dev fonts-dejavu-core libgl-dev)
micro_packages=(libbenchmark-dev)
source_packages=(gcc make flex bison bc python3 dpkg-dev)
test_packages=(
  git ccache python3 libgtest-dev libgmock-dev iperf3 sockperf libfaketime clang clang-format clang-tidy sqlite3 qt6-l10n-tools
  r-base-core python3-pandas
)
qemu_packages=(qemu-system-x86)

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
say() { printf 'setup: %s\n' "$*" >&2; }
is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }
missing() { for package in "$@"; do is_installed "$package" || printf '%s\n' "$package"; done; }

. /etc/os-release
case "${VERSION_CODENAME:-}" in
  bookworm | trixie) ;;
  *) say "this is ${PRETTY_NAME:-an unknown system}; tested are Debian 12 and 13, going on" ;;
esac

# Packages whose names differ between Debian 12 and 13.
if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  gui_packages+=(libqt6opengl6-dev)
  test_packages+=(libclang-rt-14-dev)
else
  test_packages+=(libclang-rt-dev)
fi
for option in "$@"; do
  case $option in
    --with-gui) packages+=("${gui_packages[@]}") ;;
    --with-micro) packages+=("${micro_packages[@]}") ;;
    --with-hypervisor-source) packages+=("${source_packages[@]}") ;;
    --with-tests) packages+=("${test_packages[@]}") ;;
    --all)
      packages+=("${gui_packages[@]}" "${micro_packages[@]}" "${source_packages[@]}" "${test_packages[@]}") ;;
    *) say "unknown option '$option'; known: --with-gui --with-micro --with-hypervisor-source --with-tests --all"; exit 2 ;;
  esac
done

updated=no
update_lists() { [ "$updated" = yes ] || as_root apt-get update -qq; updated=yes; }

install_missing() {
  local wanted
  mapfile -t wanted < <(missing "$@")
  [ "${#wanted[@]}" -eq 0 ] && return
  say "installing ${wanted[*]}"
  update_lists
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
}

# The emulated 82576 (igb) came with QEMU 8.0: Debian 12 has 7.2, its backports have a newer one.
qemu_has_igb() {
  command -v qemu-system-x86_64 >/dev/null && qemu-system-x86_64 -device help 2>/dev/null | grep -q 'name "igb"'
}

# The backports suite of the mirror that this system already uses.
enable_backports() {
  local suite="$VERSION_CODENAME-backports" mirror
  apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' | grep -qx "$suite" && return
  mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$VERSION_CODENAME" '$1 == suite { print $2; exit }')
  [ -n "$mirror" ] || { say "no apt source for $VERSION_CODENAME found: add one for $suite and run this again"; exit 3; }
  say "adding $suite from the configured mirror (QEMU >= 8.0 is there)"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$mirror" "$suite" | as_root tee "/etc/apt/sources.list.d/sriov-bench-$suite.sources" >/dev/null
  updated=no
}

install_missing "${packages[@]}"
if ! qemu_has_igb; then
  update_lists
  if [ "${VERSION_CODENAME:-}" = bookworm ]; then
    enable_backports
    update_lists
    say "installing ${qemu_packages[*]} from $VERSION_CODENAME-backports"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -t "$VERSION_CODENAME-backports" "${qemu_packages[@]}" >/dev/null
  else
    install_missing "${qemu_packages[@]}"
  fi
  qemu_has_igb || { say "the installed QEMU has no igb device: the lab needs QEMU >= 8.0"; exit 3; }
fi
say "everything needed is installed"
