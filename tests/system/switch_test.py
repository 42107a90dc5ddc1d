#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Machines on the launcher's own switch (--net switch=DIR)."""

import hashlib
import os
import random
import socket
import subprocess
import time

from hermit import SCALE, check, command, expect, folder, main, run, wait_until
from network import Server, refused


def start(program, *arguments, options):
    """A machine that runs beside others."""
    return subprocess.Popen(command(program, *arguments, options=options),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def end_of(machine):
    """What it has written, after it has ended well."""
    out, err = machine.communicate(timeout=60 * SCALE)
    check(machine.returncode == 0, f"status 0 was promised, not {machine.returncode}: {err!r}")
    return out


def is_left(lan, *names):
    """These members, and no other, are on the switch."""
    check(wait_until(lambda: sorted(os.listdir(lan)) == sorted(names), 5 * SCALE),
          f"{names} should be left, not {os.listdir(lan)}")


def test_three_machines_talk_to_each_other():
    for machine in ("microvm", "q35"):
        with folder() as place:
            options = ("--net", f"switch={place}/lan", "--machine", machine)
            others = [start("lan", "meet", "3", options=options) for _ in range(3)]
            said = sorted(end_of(other) for other in others)
            check(said == [b"1 met 2 3\n", b"2 met 1 3\n", b"3 met 1 2\n"], f"{said}")
            is_left(f"{place}/lan")


def test_a_file_goes_over_the_switch():
    data = random.Random(3).randbytes(8 << 20)
    with folder() as place:
        with open(f"{place}/from", "wb") as file:
            file.write(data)
        options = ("--net", f"switch={place}/lan", "--share", place, "--cpus", "2")
        with Server("give", "80", f"{place}/from", program="lan", options=options):
            expect(run("lan", "take", "10.77.0.1", "80", f"{place}/to", options=options))
        with open(f"{place}/to", "rb") as file:
            check(hashlib.sha256(file.read()).digest() == hashlib.sha256(data).digest(),
                  "the file arrives as it was")


def test_others_go_on_when_the_first_is_killed():
    with folder() as lan:
        options = ("--net", f"switch={lan}")
        first = Server("udp-echo", "7", "1000", options=options)
        with Server("tcp-echo", "7", "2", options=options):
            third = start("net", "tcp-ask", "10.77.0.2", "7", "6000000", options=options)
            check(wait_until(lambda: os.path.exists(f"{lan}/3"), 20 * SCALE), "a third one")
            time.sleep(0.5)
            first.process.kill()
            first.process.communicate()
            check(end_of(third) == b"6000000 bytes came back\n", "the stream goes on")
            is_left(lan, "2")
            expect(run("net", "lease", options=options), 0,
                   out=b"eth0 10.77.0.1/255.255.255.0 running\n")
            expect(run("net", "tcp-ask", "10.77.0.2", "7", "1000", options=options), 0,
                   out=b"1000 bytes came back\n")
        is_left(lan)


def test_places_of_the_killed_are_taken_again():
    with folder() as lan:
        for name in ("1", "2", ".new"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
                dead.bind(f"{lan}/{name}")
        options = ("--net", f"switch={lan}")
        expect(run("net", "lease", options=options), 0,
               out=b"eth0 10.77.0.1/255.255.255.0 running\n")
        is_left(lan, "2")


def test_addresses_can_be_chosen():
    with folder() as lan:
        options = ("--net", f"switch={lan}")
        expect(run("net", "lease", options=(*options, "--ip", "10.77.0.9")), 0,
               out=b"eth0 10.77.0.9/255.255.255.0 running\n")
        given = ("--ip", "192.168.5.1", "--mask", "255.255.0.0")
        with Server("tcp-echo", "7", "1", options=(*options, *given)):
            refused("another machine is number 1", *options, "--ip", "10.77.0.1")
            expect(run("net", "tcp-ask", "192.168.5.1", "7", "100", options=(
                *options, "--ip", "192.168.5.2", "--mask", "255.255.0.0")), 0,
                   out=b"100 bytes came back\n")


def test_what_cannot_be_a_switch_is_told():
    with folder() as lan:
        with open(f"{lan}/file", "wb"):
            pass
        refused("Not a directory", "--net", f"switch={lan}/file")
        refused("No such file", "--net", f"switch={lan}/none/none")
        refused("a switch the machine's ports", "--net", f"switch={lan}", "--publish", "1080:80")


if __name__ == "__main__":
    main(globals())
