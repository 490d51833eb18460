#!/bin/bash
# Builds the hypervisor from the distribution's source of the very version of the toolstack, with
#  - shadow paging, for guests with hap=0;
#  - performance counters (xenperf);
#  - CR0 reads always intercepted on AMD: QEMU's emulation of SVM hands the guest a wrong CR0 otherwise, and guests with
#    nested paging never leave their boot loader.
# Environment: LAB_OUT, LAB_SCRIPTS, LAB_JOBS.
set -euo pipefail
. "$LAB_SCRIPTS/mirror.sh"

stage "building hypervisor: source"
prepare_apt
XEN_VERSION=$(cat "$LAB_OUT/xen-version")
mkdir -p "$LAB_OUT/source"
cd "$LAB_OUT/source"
apt-get "${APT_OPTIONS[@]}" -q --only-source source "xen=$XEN_VERSION"
cd xen-*/xen
VMCB=arch/x86/hvm/svm/vmcb.c
sed -i 's/~(CR_INTERCEPT_CR3_READ|CR_INTERCEPT_CR3_WRITE)/~(CR_INTERCEPT_CR0_READ|CR_INTERCEPT_CR3_READ|CR_INTERCEPT_CR3_WRITE)/' "$VMCB"
[ "$(grep -c '~(CR_INTERCEPT_CR0_READ|' "$VMCB")" = 1 ] || die "the CR0 patch does not fit $XEN_VERSION"

stage "building hypervisor: compiling"
printf 'CONFIG_EXPERT=y\nCONFIG_SHADOW_PAGING=y\nCONFIG_PERF_COUNTERS=y\n' > .config
make olddefconfig
for option in CONFIG_SHADOW_PAGING CONFIG_PERF_COUNTERS; do
  grep -qx "$option=y" .config || die "$option did not take"
done
make -j"${LAB_JOBS:-2}"
cp .config "$LAB_OUT/xen-source.config"
echo "cr0-intercept" > "$LAB_OUT/xen-source.patches"
cp xen "$LAB_OUT/xen-source.elf"
cd "$LAB_OUT"
rm -rf "$LAB_OUT/source"
