#!/bin/bash
# Builds the hypervisor ($LAB_OUT/xen.elf) from the distribution's source of the very version of the toolstack, with
#  - performance counters (xenperf), and shadow paging as in the package;
#  - CR0 reads of guests with nested paging never intercepted on AMD: QEMU's emulation of SVM reports every read of a
#    control register as one of CR0, and Xen's answer kills the guest in its first page fault. In the packaged binary the
#    tool makes the same change (testbed/lab/hypervisor.h).
# Environment: LAB_OUT (directory, exists), LAB_IMAGE (the image it is for), LAB_SCRIPTS, LAB_JOBS.
set -euo pipefail
. "$LAB_SCRIPTS/mirror.sh"

stage "hypervisor: source" 12
prepare_apt deb-src
XEN_VERSION=$(cat "$LAB_IMAGE/xen-version")
mkdir -p "$LAB_OUT/source"
cd "$LAB_OUT/source"
apt-get "${APT_OPTIONS[@]}" -q --only-source source "xen=$XEN_VERSION"
cd xen-*/xen
VMCB=arch/x86/hvm/svm/vmcb.c
sed -i 's/~(CR_INTERCEPT_CR3_READ|CR_INTERCEPT_CR3_WRITE)/~(CR_INTERCEPT_CR0_READ|CR_INTERCEPT_CR3_READ|CR_INTERCEPT_CR3_WRITE)/' "$VMCB"
[ "$(grep -c '~(CR_INTERCEPT_CR0_READ|' "$VMCB")" = 1 ] || die "the CR0 patch does not fit $XEN_VERSION"

stage "hypervisor: compiling" 60
printf 'CONFIG_EXPERT=y\nCONFIG_SHADOW_PAGING=y\nCONFIG_PERF_COUNTERS=y\n' > .config
make olddefconfig
for option in CONFIG_SHADOW_PAGING CONFIG_PERF_COUNTERS; do
  grep -qx "$option=y" .config || die "$option did not take"
done
make -j"${LAB_JOBS:-2}"
cp xen "$LAB_OUT/xen.elf"
