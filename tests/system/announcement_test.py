#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 by router announcements (SLAAC), from a router of the test's own behind a tap."""

import os
import socket
import struct
import subprocess
import threading

from hermit import SCALE, check, command, main
from network import namespaced

TAP = "hermit0"
PREFIX = "2001:db8:7::"
SERVER = "2001:db8:7::53"
BEYOND = "2001:db8:99::1"  # reached by the router alone
LIFETIME = 15  # seconds


def ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def announcement(lifetime):
    """Hop limit 64, router for that time, the prefix, to make addresses of (RFC 4861), and name
    servers (RFC 8106)."""
    head = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, lifetime, 0, 0)
    source = struct.pack("!BB6s", 1, 1, bytes.fromhex("020000000001"))
    prefix = struct.pack("!BBBBIII16s", 3, 4, 64, 0xc0, lifetime, lifetime, 0,
                         socket.inet_pton(socket.AF_INET6, PREFIX))
    servers = struct.pack("!BBHI16s16s", 25, 5, 0, lifetime,
                          socket.inet_pton(socket.AF_INET6, SERVER),
                          socket.inet_pton(socket.AF_INET6, "fe80::53"))
    return head + source + prefix + servers


class Router:
    """Announces itself twice a second, for `with`."""

    def __init__(self, lifetime=LIFETIME):
        self.lifetime = lifetime
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF,
                               socket.if_nametoindex(TAP))
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.announce)

    def announce(self):
        while not self.stop.wait(0.5):
            try:
                self.socket.sendto(announcement(self.lifetime), ("ff02::1", 0))
            except OSError:
                pass  # the tap has no reader yet

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.stop.set()
        self.thread.join()
        self.socket.close()


def make_tap():
    """False: this host gives none."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        print("skipped, this host gives no taps")
        return False
    ip(f"tuntap add {TAP} mode tap")
    ip(f"link set {TAP} address 02:00:00:00:00:01 up")
    ip(f"-6 addr add {PREFIX}1/64 dev {TAP} nodad")
    return True


@namespaced
def test_address_and_route_come_and_go():
    if not make_tap():
        return
    ip(f"-6 addr add {BEYOND}/128 dev lo nodad")
    with socket.create_server((BEYOND, 7), family=socket.AF_INET6) as server:
        server.settimeout(40 * SCALE)
        line = command("slaac", BEYOND, "7", options=(
            "--net", f"tap={TAP}", "--ip", "10.9.0.2", "--mac", "52:54:00:00:00:07"))
        machine = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with Router():
            client, name = server.accept()
            client.sendall(b"beyond")
            client.close()
        out, err = machine.communicate(timeout=60 * SCALE)
    own = "2001:db8:7:0:5054:ff:fe00:7"
    servers = ("nameserver 2001:db8:7:0:0:0:0:53", "nameserver fe80:0:0:0:0:0:0:53%eth0")
    check(name[0] == own, f"the address is made of the card's: {name[0]}")
    check(machine.returncode == 0 and
          out.decode().splitlines() == [own, *servers, "beyond", "gone"], f"{out!r} {err!r}")


@namespaced
def test_changes_are_told_to_listeners():
    if not make_tap():
        return
    own = "2001:db8:7:0:5054:ff:fe00:7"
    local = "fe80::5054:ff:fe00:7"
    line = command("watch", own, options=(
        "--net", f"tap={TAP}", "--ip", "10.9.0.2", "--mac", "52:54:00:00:00:07"))
    machine = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = []
    with Router(3):
        while not said or not said[-1].startswith("neighbour"):
            said.append(machine.stdout.readline().decode().rstrip())
            check(said[-1] != "", f"a neighbour was promised: {said}")
    lines = said + machine.stdout.read().decode().splitlines()
    _, err = machine.communicate(timeout=60 * SCALE)
    check(machine.returncode == 0, f"{err!r}")
    for promised in (f"new address {local}/64", f"new address {own}/64",
                     f"new route {PREFIX}/64", f"new route {own}/128",
                     "new route ::/0 by fe80::ff:fe00:1", "neighbour fe80::ff:fe00:1 router",
                     f"deleted address {own}/64", f"deleted route {own}/128"):
        check(lines.count(promised) == 1, f"'{promised}' once: {lines}")


if __name__ == "__main__":
    main(globals())
