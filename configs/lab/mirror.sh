# Sourced by the build scripts: which Debian archive to use, and a private apt state that leaves the host's alone.
# Needs LAB_OUT. Sets MIRROR, KEYRING, APT_OPTIONS and the functions below.

SUITE=bookworm
XEN_SERIES=4.17
# What the recipe was proven with. When the archive has moved on, the newest version of the series is taken instead.
XEN_PROVEN=4.17.5+72-g01140da4e8-1
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

die() { echo "error: $*" >&2; exit 1; }
# stage NAME SECONDS: tells what begins, and (to the tool, which reads the scripts) how long it takes on two idle processors.
stage() { echo "## $1"; }

# The host's own archive serves bookworm whatever the host runs, as long as it is Debian's.
find_mirror() {
  if [ -n "${SRIOV_BENCH_MIRROR:-}" ]; then echo "$SRIOV_BENCH_MIRROR"; return; fi
  apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$SUITE" '
      $2 == suite && $3 == "main" { print $1; found = 1; exit }
      $3 == "main" && $4 == "Debian" && $2 !~ /(security|updates|backports)/ && other == "" { other = $1 }
      END { if (!found && other != "") print other }'
}

MIRROR=$(find_mirror)
[ -n "$MIRROR" ] || die "this host has no Debian package source; set SRIOV_BENCH_MIRROR to the URI of a Debian archive that has $SUITE"
[ -r "$KEYRING" ] || die "$KEYRING is missing (apt-get install debian-archive-keyring)"

prepare_apt() { # deb or deb-src
  mkdir -p "$LAB_OUT/apt/lists/partial" "$LAB_OUT/apt/cache/archives/partial"
  printf '%s [signed-by=%s] %s %s main\n' "$1" "$KEYRING" "$MIRROR" "$SUITE" > "$LAB_OUT/apt/sources.list"
  APT_OPTIONS=(-o "Dir::Etc::sourcelist=$LAB_OUT/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$LAB_OUT/apt/lists" -o "Dir::Cache=$LAB_OUT/apt/cache" -o Dir::Etc::preferencesparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o APT::Sandbox::User=root -o Acquire::Languages=none)
  apt-get "${APT_OPTIONS[@]}" -q -o APT::Update::Error-Mode=any update ||
    die "the package lists of $MIRROR $SUITE could not be fetched: is the network up?"
}

# The version of xen-utils to use: hypervisor and toolstack must be one version.
xen_version() {
  local versions
  versions=$(apt-cache "${APT_OPTIONS[@]}" madison "xen-utils-$XEN_SERIES" | awk -F'|' '/Packages/ { gsub(/ /, "", $2); print $2 }')
  [ -n "$versions" ] || die "$MIRROR $SUITE has no xen-utils-$XEN_SERIES"
  if grep -qxF "$XEN_PROVEN" <<< "$versions"; then echo "$XEN_PROVEN"; else head -n 1 <<< "$versions"; fi
}
