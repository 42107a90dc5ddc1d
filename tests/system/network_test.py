#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The machine's network: devices, published ports, what is refused."""

import os
import shutil
import socket

from hermit import LAUNCHER_FAILED, check, expect, folder, main, run

PCAP_MAGIC = b"\xd4\xc3\xb2\xa1"


def refused(words, *options, env=None):
    """The launcher says so in one line, and starts nothing."""
    result = expect(run("status", "0", options=options, env=env), LAUNCHER_FAILED, out=b"")
    lines = result.err.decode().splitlines()
    check(len(lines) == 1 and lines[0].startswith("hermit: ") and words in lines[0],
          f"one line with '{words}' was promised", result)


def test_each_kind_of_device_starts():
    for machine in ("microvm", "q35"):
        for kind in ("none", "user"):
            options = ("--net", kind, "--machine", machine)
            expect(run("status", "0", options=options))
        with folder() as place:
            expect(run("status", "0", options=("--net", f"unix={place}/a,b", "--machine", machine)))
            if shutil.which("passt"):
                expect(run("status", "0", options=("--net", "passt", "--machine", machine)))


def test_traffic_is_captured():
    with folder() as place:
        expect(run("status", "0", options=("--capture-net", f"{place}/a,b.pcap")))
        with open(f"{place}/a,b.pcap", "rb") as file:
            check(file.read(4) == PCAP_MAGIC, "a pcap file was promised")
        refused("/none/", "--capture-net", f"{place}/none/x.pcap")


def test_taken_ports_are_refused():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                taken.listen()
            port = taken.getsockname()[1]
            suffix = "/udp" if kind == socket.SOCK_DGRAM else ""
            refused(f"port {port} of 127.0.0.1: it is taken", "--publish", f"{port}:80{suffix}")
    refused("not this host's", "--publish", "192.0.2.77:8080:80")
    refused("no network", "--net", "none", "--publish", "8080:80")


def test_what_is_missing_is_told():
    refused("no such interface", "--net", "tap=hermit-none")
    refused("not a tap", "--net", "tap=lo")
    refused("not a tap", "--net", "tap-fd=0")
    refused("Debian package passt", "--net", "passt",
            env={"PATH": "/nowhere", "HERMIT_QEMU": shutil.which("qemu-system-x86_64")})
    refused("--net 'users'", "--net", "users")


def test_variables_give_no_device_to_other_programs():
    env = {"HERMIT_NETIF": "hermit-none", "HERMIT_APP_PORT": "1", "HERMIT_IP": "10.0.5.3"}
    expect(run("status", "0", env=env))
    refused("no such interface", "--mac", "52:54:00:00:00:01", env=env)
    refused("HERMIT_IP 'x'", env={"HERMIT_IP": "x"})


if __name__ == "__main__":
    os.environ.pop("HERMIT_NETIF", None)
    main(globals())
