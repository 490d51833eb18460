#!/bin/sh
# Runs inside the machine's own network namespace: makes the wires, then becomes the emulator given as arguments. The
# namespace has no name, so the kernel removes it and the wires with the emulator, however that ends.
# wire0 is the PF's, wire1 the bridge's uplink; this namespace is the peer.
set -e
ip link set lo up
for wire in wire0 wire1; do
  ip tuntap add "$wire" mode tap
  ip link set "$wire" up
done
ip addr add 10.77.1.1/24 dev wire0
ip addr add 10.77.2.1/24 dev wire1
ip addr add 10.77.3.1/24 dev wire1
for scope in all default wire0 wire1; do
  echo 1 > /proc/sys/net/ipv4/conf/$scope/arp_ignore
  echo 2 > /proc/sys/net/ipv4/conf/$scope/arp_announce
done
exec "$@"
