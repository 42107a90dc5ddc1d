#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The machine and the host's Linux by a tap, in a network namespace."""

import hashlib
import os
import random
import socket
import struct
import subprocess
import threading

from hermit import SCALE, check, folder, main
from network import Server, namespaced

TAP = "hermit0"
HOST, MACHINE = "10.9.0.1", "10.9.0.2"
PCAP_HEADER, FRAME_HEADER = 24, 16
IPV4 = b"\x08\x00"
OPTIONS = ("--net", f"tap={TAP}", "--ip", MACHINE, "--cpus", "2")


def make_tap():
    """False: this host gives none."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        print("skipped, this host gives no taps")
        return False
    for words in (f"tuntap add {TAP} mode tap", f"link set {TAP} up",
                  f"addr add {HOST}/24 dev {TAP}"):
        subprocess.run(["ip", *words.split()], check=True)
    return True


def frames_of(capture):
    """Ethernet frames of a pcap file."""
    at = PCAP_HEADER
    while at < len(capture):
        size, = struct.unpack_from("<I", capture, at + 8)
        at += FRAME_HEADER
        yield capture[at:at + size]
        at += size


@namespaced
def test_large_datagrams_go_in_fragments():
    sizes = (1, 1472, 1473, 30000, 65507)
    if not make_tap():
        return
    with Server("udp-echo", "7", str(len(sizes)), options=OPTIONS), \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(20 * SCALE)
        for size in sizes:
            sent = random.Random(size).randbytes(size)
            client.sendto(sent, (MACHINE, 7))
            check(client.recv(65536) == sent, f"{size} bytes come back")


@namespaced
def test_a_stream_comes_back_by_hash():
    if not make_tap():
        return
    data = random.Random(5).randbytes(16 << 20)
    got = hashlib.sha256()
    with Server("tcp-echo", "7", "1", options=OPTIONS), \
            socket.create_connection((MACHINE, 7), 60 * SCALE) as client:
        def send():
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=send)
        thread.start()
        while block := client.recv(65536):
            got.update(block)
        thread.join()
    check(got.digest() == hashlib.sha256(data).digest(), "what was sent comes back")


@namespaced
def test_captured_traffic_is_readable():
    if not make_tap():
        return
    with folder() as place:
        options = (*OPTIONS, "--capture-net", f"{place}/traffic")
        with Server("udp-echo", "7", "1", options=options), \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(20 * SCALE)
            client.sendto(b"in the file", (MACHINE, 7))
            check(client.recv(65536) == b"in the file", "the bytes come back")
        with open(f"{place}/traffic", "rb") as file:
            frames = list(frames_of(file.read()))
        asked = [f for f in frames if f[12:14] == IPV4 and f.endswith(b"in the file")]
        check(len(asked) == 2, f"two frames of {len(frames)} have the bytes")


if __name__ == "__main__":
    main(globals())
