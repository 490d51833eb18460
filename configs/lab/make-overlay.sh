#!/bin/bash
# Makes what differs from boot to boot: the guests' initramfs with the agent (OUT/guest.img) and the files of dom0's second
# disk (OUT/overlay/).
# Environment: LAB_SCRIPTS, LAB_IMAGE, LAB_OUT, LAB_AGENT (static), LAB_AGENT_XEN (dynamic).
set -euo pipefail
stripped() { # FROM TO: debug information would fill the guests' memory
  if command -v strip > /dev/null; then strip -o "$2" "$1"; else cp "$1" "$2"; fi
  chmod 755 "$2"
}
OVERLAY=$LAB_OUT/overlay
mkdir -p "$OVERLAY/lib"
stripped "$LAB_AGENT" "$OVERLAY/sriov-bench-agent"
stripped "$LAB_AGENT_XEN" "$OVERLAY/sriov-bench-agent-xen"
cp "$LAB_IMAGE/keys/hostkey" "$OVERLAY/hostkey"
cp "$LAB_IMAGE/keys/id.pub" "$OVERLAY/authorized_keys"
# The host's C library may be newer than dom0's: the agent brings its own along.
ldd "$LAB_AGENT_XEN" | awk '/=> \// { print $3 } /^[[:space:]]*\/.*ld-linux/ { print $1 }' |
  while read -r library; do cp -L "$library" "$OVERLAY/lib/"; done
cat > "$OVERLAY/agent" <<'S'
#!/bin/sh
# Starts the agent that can load Xen's libraries; with the host's own C library where dom0's is too old for it.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for directory in /usr/lib/xen-*/bin; do [ -d "$directory" ] && PATH=$directory:$PATH; done
export PATH
here=/opt/sriov-bench
if $here/sriov-bench-agent-xen --version > /dev/null 2>&1; then exec $here/sriov-bench-agent-xen "$@"; fi
exec $here/lib/ld-linux-x86-64.so.2 --library-path $here/lib $here/sriov-bench-agent-xen "$@"
S
chmod 755 "$OVERLAY/agent"
GUEST=$LAB_OUT/guest
cp -a "$LAB_IMAGE/guest" "$GUEST"
cp "$OVERLAY/sriov-bench-agent" "$GUEST/bin/sriov-bench-agent"
install -m 755 "$LAB_SCRIPTS/guest-init" "$GUEST/init"
# Not compressed: it is put into guest memory as it is, and the guest's processor is the slowest one around.
(cd "$GUEST" && find . | cpio -o -H newc -R 0:0 --quiet) > "$LAB_OUT/guest.img"
rm -rf "$GUEST"
