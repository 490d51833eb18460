#!/bin/bash
# Makes the root file system of dom0 (and of the plain Linux flavour), its kernel and early initramfs, and the tree of the
# guests' initramfs. The packages are extracted and never configured, which takes seconds and needs no chroot scripts;
# what their scripts would have made and is needed is made here.
# Environment: LAB_OUT (directory, exists), LAB_SCRIPTS (this folder), SRIOV_BENCH_MIRROR (optional).
set -euo pipefail
. "$LAB_SCRIPTS/mirror.sh"
ROOT=$LAB_OUT/root

stage "image: package lists" 5
prepare_apt deb
XEN_VERSION=$(xen_version)
[ "$XEN_VERSION" = "$XEN_PROVEN" ] || echo "note: xen $XEN_PROVEN is gone from the archive; using $XEN_VERSION"
echo "$XEN_VERSION" > "$LAB_OUT/xen-version"

stage "image: packages" 36
PACKAGES="base-files base-passwd bash dash coreutils sed grep mawk findutils util-linux mount gzip hostname libc-bin
  debianutils ncurses-base kmod linux-image-amd64 xen-hypervisor-$XEN_SERIES-amd64=$XEN_VERSION
  xen-utils-$XEN_SERIES=$XEN_VERSION libxenmisc$XEN_SERIES=$XEN_VERSION qemu-system-xen iproute2 ethtool pciutils
  procps busybox-static dropbear-bin netbase"
mmdebstrap --mode=root --variant=extract --include="$(echo $PACKAGES | tr ' ' ',')" \
  --setup-hook='mkdir -p "$1/usr"; for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done' \
  --extract-hook='(cd "$1/var/cache/apt/archives" && ls *.deb) > "$LAB_OUT/packages" || true' \
  "$SUITE" "$ROOT" "deb [signed-by=$KEYRING] $MIRROR $SUITE main"
KERNEL=$(basename "$ROOT"/lib/modules/*)

stage "image: pruning" 8
rm -rf "$ROOT"/usr/share/{doc,man,locale,info,perl,perl5,iso-codes,lintian,bash-completion,zsh,icons,pixmaps,xml,gtk-doc} \
  "$ROOT"/usr/lib/x86_64-linux-gnu/{perl,perl-base,gconv,dri} "$ROOT"/var/lib/dpkg/info "$ROOT"/boot/System.map* "$ROOT"/boot/*.efi
MODULES=$ROOT/lib/modules/$KERNEL/kernel
keep_only() { # DIRECTORY NAME…: removes every other entry
  local directory=$1 entry; shift
  for entry in "$directory"/*; do
    case " $* " in *" $(basename "$entry") "*) ;; *) rm -rf "$entry" ;; esac
  done
}
rm -rf "$MODULES/sound"
keep_only "$MODULES/drivers" acpi ata block char cpufreq cpuidle dca dma i2c idle iommu net nvme pci platform powercap pps \
  ptp scsi thermal vfio vhost virt virtio xen
rm -rf "$MODULES"/drivers/net/{wireless,can,wwan,usb,hamradio,fddi,arcnet,ieee802154,phy,dsa,wan,ppp,slip,plip,thunderbolt,hippi} \
  "$MODULES"/drivers/scsi/{[a-r]*,s[t-z]*,[t-z]*}/
keep_only "$MODULES/drivers/net/ethernet" intel
keep_only "$MODULES/fs" ext4 jbd2 mbcache.ko fuse overlayfs

# What the packages' scripts would have made.
cp -n "$ROOT/usr/share/base-passwd/passwd.master" "$ROOT/etc/passwd"
cp -n "$ROOT/usr/share/base-passwd/group.master" "$ROOT/etc/group"
ln -sf mawk "$ROOT/usr/bin/awk"
ln -sf dash "$ROOT/usr/bin/sh"
printf '/bin/sh\n/bin/bash\n' > "$ROOT/etc/shells"
mkdir -p "$ROOT"/{proc,sys,dev,run,tmp,mnt,opt/sriov-bench,root/.ssh,var/log/xen,var/lib/xen,var/lib/xenstored}
# libxl binds sockets below /var/run that its device model looks for below /run.
rm -rf "$ROOT/var/run" "$ROOT/var/lock" "$ROOT/etc/mtab"
ln -s /run "$ROOT/var/run"
ln -s /run/lock "$ROOT/var/lock"
ln -s /proc/self/mounts "$ROOT/etc/mtab"
chmod 700 "$ROOT/root" "$ROOT/root/.ssh"
chroot "$ROOT" /sbin/depmod "$KERNEL"
chroot "$ROOT" /sbin/ldconfig
install -m 755 "$LAB_SCRIPTS/vif-lab" "$ROOT/etc/xen/scripts/vif-lab"
printf 'vif.default.script="vif-lab"\n' >> "$ROOT/etc/xen/xl.conf"
install -m 755 "$LAB_SCRIPTS/dom0-init" "$ROOT/sbin/lab-init"

stage "image: keys" 1
mkdir -m 700 "$LAB_OUT/keys"
ssh-keygen -q -t ed25519 -N '' -C sriov-bench-lab -f "$LAB_OUT/keys/id"
chroot "$ROOT" /usr/bin/dropbearkey -t ed25519 -f /tmp/hostkey > "$LAB_OUT/keys/hostkey.text"
mv "$ROOT/tmp/hostkey" "$LAB_OUT/keys/hostkey"
awk '/^ssh-ed25519/ { print "sriov-bench-lab", $1, $2 }' "$LAB_OUT/keys/hostkey.text" > "$LAB_OUT/keys/known_hosts"
[ -s "$LAB_OUT/keys/known_hosts" ] || die "dropbearkey printed no public key"

stage "image: initramfs" 1
# copy_modules DIRECTORY MODULE…: the modules with what they depend on, and the order to load them in.
copy_modules() {
  local directory=$1 module file; shift
  mkdir -p "$directory"
  for module in "$@"; do
    chroot "$ROOT" /sbin/modprobe -S "$KERNEL" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
  done | awk '!seen[$0]++' | while read -r file; do
    cp "$ROOT$file" "$directory/"
    basename "$file"
  done > "$directory/order"
}
EARLY=$LAB_OUT/early
mkdir -p "$EARLY"/{bin,proc,sys,dev,newroot}
cp "$ROOT/bin/busybox" "$EARLY/bin/busybox"
ln -s busybox "$EARLY/bin/sh"
copy_modules "$EARLY/lib" ahci sd_mod ext4 crc32c_generic
install -m 755 "$LAB_SCRIPTS/early-init" "$EARLY/init"
(cd "$EARLY" && find . | cpio -o -H newc -R 0:0 --quiet) > "$LAB_OUT/early.img"

GUEST=$LAB_OUT/guest
mkdir -p "$GUEST"/{bin,sbin,usr,lib/modules,lib64,etc,proc,sys,dev,root/.ssh,tmp,run,var/run,var/log}
ln -s ../bin "$GUEST/usr/bin"
ln -s ../sbin "$GUEST/usr/sbin"
cp "$ROOT/bin/busybox" "$GUEST/bin/"
ln -s busybox "$GUEST/bin/sh"
# Links are followed inside the root: an absolute one, such as the dynamic loader's, would lead to the building host's file.
copy_out() { cp "$ROOT$(chroot "$ROOT" readlink -f "$1")" "$2"; } # FILE DESTINATION
copy_out /usr/sbin/dropbear "$GUEST/sbin/dropbear"
chroot "$ROOT" /usr/bin/ldd /usr/sbin/dropbear | awk '/=> \// { print $3 }' | sort -u |
  while read -r library; do copy_out "$library" "$GUEST/lib/${library##*/}"; done
copy_out /lib64/ld-linux-x86-64.so.2 "$GUEST/lib64/ld-linux-x86-64.so.2"
copy_modules "$GUEST/lib/modules" xen-netfront igbvf e1000
cp "$LAB_OUT/keys/hostkey" "$GUEST/etc/hostkey"
cp "$LAB_OUT/keys/id.pub" "$GUEST/root/.ssh/authorized_keys"
echo 'root:x:0:0:root:/root:/bin/sh' > "$GUEST/etc/passwd"
echo 'root:x:0:' > "$GUEST/etc/group"
echo /bin/sh > "$GUEST/etc/shells"

stage "image: disk image" 5
cp "$ROOT"/boot/vmlinuz-* "$LAB_OUT/vmlinuz"
zcat "$ROOT"/boot/xen-"$XEN_SERIES"-amd64.gz > "$LAB_OUT/xen-distribution.elf" || die "the packaged Xen cannot be unpacked"
cp "$ROOT"/boot/xen-"$XEN_SERIES"-amd64.config "$LAB_OUT/xen-distribution.config"
rm -rf "$ROOT"/boot/*
SIZE=$(($(du -sm "$ROOT" | cut -f1) * 115 / 100 + 200))
mke2fs -q -L lab-root -t ext4 -O '^has_journal,^metadata_csum' -m 0 -E root_owner=0:0,lazy_itable_init=1 -d "$ROOT" \
  "$LAB_OUT/rootfs.img" "${SIZE}M"
rm -rf "$ROOT" "$EARLY" "$LAB_OUT/apt"
