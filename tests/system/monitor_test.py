#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""QEMU's monitor (--monitor), and a card's link that goes down and comes up by it."""

import os
import re
import socket
import stat
import subprocess
import threading

from hermit import SCALE, check, command, expect, folder, main, run
from network import Server, free_port, refused


class Monitor:
    """A connection to the monitor; for `with`."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        self.socket.settimeout(20 * SCALE)
        self.socket.connect(address)
        self.read()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.close()

    def read(self):
        """What it says until it prompts."""
        said = b""
        while not said.endswith(b"(qemu) "):
            block = self.socket.recv(4096)
            check(block, f"the monitor prompts, after {said!r}")
            said += block
        return said

    def say(self, words):
        """A command's answer."""
        self.socket.sendall(words.encode() + b"\n")
        return self.read()


class Idle:
    """A machine whose program waits, until the end of `with`."""

    def __init__(self, *options, env=None):
        self.process = subprocess.Popen(
            command("net", "udp-echo", "7", "1", options=options), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})))

    def __enter__(self):
        return self.process

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.communicate(timeout=20 * SCALE)


def test_port_is_listened_on():
    for words in (("--monitor", "{}"), ("--monitor={}",)):
        port = free_port(socket.SOCK_STREAM)
        with Idle(*(word.format(port) for word in words)) as process:
            check(process.stdout.readline() == b"ready\n", "the program runs")
            with Monitor(("127.0.0.1", port)) as monitor:
                check(b"running" in monitor.say("info status"), "the machine runs")


def test_socket_is_the_caller_s_alone():
    with folder() as place:
        for options, value in (("--monitor",), "0"), ((), "1"):
            env = {"XDG_RUNTIME_DIR": place, "HERMIT_MONITOR": value}
            with Idle(*options, env=env) as process:
                said = process.stderr.readline().decode()
                told = re.fullmatch(rf"hermit: the monitor is at ({place}/\S+)\n", said)
                check(told, f"it says where: {said!r}")
                mode = os.stat(told[1]).st_mode
                check(stat.S_ISSOCK(mode) and mode & 0o777 == 0o600, f"its mode is {mode:o}")
                check(process.stdout.readline() == b"ready\n", "the program runs")
                with Monitor(told[1]) as monitor:
                    check(b"virtio-net" in monitor.say("info network"), "it knows the card")
            check(os.listdir(place) == [], "nothing is left")


def test_what_is_no_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(f"port {port} of 127.0.0.1: it is taken", "--monitor", str(port))
    refused("--monitor 'x': not a port", "--monitor=x")
    refused("--monitor '65536': not a port", "--monitor", "65536")
    refused("HERMIT_MONITOR 'on': not a port", env={"HERMIT_MONITOR": "on"})
    expect(run("status", "3", options=("--quiet",), env={"HERMIT_MONITOR": "0"}), 3, b"", b"")


def answer(server):
    """Answers one connection with what it sends."""
    client, _ = server.accept()
    with client:
        while block := client.recv(65536):
            client.sendall(block)


def test_link_goes_down_and_up_under_a_stream():
    for machine in ("microvm", "q35"):
        port = free_port(socket.SOCK_STREAM)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(60 * SCALE)
            thread = threading.Thread(target=answer, args=(server,))
            thread.start()
            with Server("10.0.2.2", str(server.getsockname()[1]), program="link",
                        options=("--monitor", str(port), "--machine", machine,
                                 "--ip", "10.0.2.15")) as client, \
                    Monitor(("127.0.0.1", port)) as monitor:
                for word, told in ("off", b"down\n"), ("on", b"up\n"):
                    monitor.say(f"set_link net0 {word}")
                    said = client.process.stdout.readline()
                    check(said == told, f"{told!r} was promised, not {said!r}")
                said = client.process.stdout.readline()
                check(said == b"the stream goes on\n", f"the stream goes on, not {said!r}")
            thread.join()


def test_listeners_are_told_of_lease_and_link():
    port = free_port(socket.SOCK_STREAM)
    line = command("watch", "::9", options=("--net", "user", "--monitor", str(port)))
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def await_line(promised):
        while (said := process.stdout.readline().decode().rstrip()) != promised:
            check(said != "", f"'{promised}' was promised")

    try:
        for promised in ("new address 10.0.2.15/24", "new route 0.0.0.0/0 by 10.0.2.2"):
            await_line(promised)
        with Monitor(("127.0.0.1", port)) as monitor:
            for word, promised in (("off", "link eth0"), ("on", "link eth0 running")):
                monitor.say(f"set_link net0 {word}")
                await_line(promised)
    finally:
        process.terminate()
        process.communicate(timeout=20 * SCALE)


if __name__ == "__main__":
    main(globals())
