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
BEYOND = "2001:db8:99::1"  # reached by the router alone
LIFETIME = 15  # seconds


def ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def announcement():
    """Hop limit 64, router for 60 s, and the prefix, to make addresses of (RFC 4861)."""
    head = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 60, 0, 0)
    prefix = struct.pack("!BBBBIII16s", 3, 4, 64, 0xc0, LIFETIME, LIFETIME, 0,
                         socket.inet_pton(socket.AF_INET6, PREFIX))
    return head + prefix


class Router:
    """Announces itself twice a second, for `with`."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF,
                               socket.if_nametoindex(TAP))
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.announce)

    def announce(self):
        while not self.stop.wait(0.5):
            try:
                self.socket.sendto(announcement(), ("ff02::1", 0))
            except OSError:
                pass  # the tap has no reader yet

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.stop.set()
        self.thread.join()
        self.socket.close()


@namespaced
def test_address_and_route_come_and_go():
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        print("skipped, this host gives no taps")
        return
    ip(f"tuntap add {TAP} mode tap")
    ip(f"link set {TAP} address 02:00:00:00:00:01 up")
    ip(f"-6 addr add {PREFIX}1/64 dev {TAP} nodad")
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
    check(name[0] == own, f"the address is made of the card's: {name[0]}")
    check(machine.returncode == 0 and
          out.decode().splitlines() == [own, "beyond", "gone"], f"{out!r} {err!r}")


if __name__ == "__main__":
    main(globals())
