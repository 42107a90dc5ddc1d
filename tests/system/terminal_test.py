#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A terminal behaves as a terminal: size, modes, Ctrl-C."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from hermit import SCALE, check, command, main


class Terminal:
    """The launcher on a pseudo-terminal of its own, as its controlling terminal."""

    def __init__(self, *arguments, size=(33, 101)):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.modes = termios.tcgetattr(slave)
        self.slave = slave
        self.seen = b""
        self.process = subprocess.Popen(command("terminal", *arguments), stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def type(self, data):
        os.write(self.master, data)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_more(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.seen += os.read(self.master, 65536)

    def wait_for(self, text, times=1):
        """Reads until the text has appeared so many times."""
        end = time.monotonic() + 20 * SCALE
        while self.seen.count(text) < times:
            check(time.monotonic() < end, f"{text!r} should appear in {self.seen!r}")
            check(self.process.poll() is None or select.select([self.master], [], [], 0)[0],
                  f"ended with {self.process.poll()} before {text!r}: {self.seen!r}")
            self.read_more(0.1)

    def status(self):
        end = time.monotonic() + 20 * SCALE
        while self.process.poll() is None:
            check(time.monotonic() < end, f"should end: {self.seen!r}")
            self.read_more(0.1)
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def check_modes_restored(self):
        check(termios.tcgetattr(self.slave)[:4] == self.modes[:4], "modes should be as before")


def test_streams_are_terminals_with_a_size():
    with Terminal() as terminal:
        terminal.wait_for(b"terminals 1 1 1\r\n")
        terminal.wait_for(b"size 101 x 33\r\n")
        check(terminal.status() == 0, f"{terminal.seen!r}")
        terminal.check_modes_restored()


def test_lines_are_edited_and_echoed():
    with Terminal("lines") as terminal:
        terminal.wait_for(b"size")
        terminal.type(b"hellp\x7fo\n")
        terminal.wait_for(b"read hello\r\n")
        terminal.type(b"second\n")
        terminal.wait_for(b"read second\r\n")
        check(b"hellp" in terminal.seen, f"what is typed should be echoed: {terminal.seen!r}")
        terminal.type(b"\x04")
        check(terminal.status() == 0, f"{terminal.seen!r}")
        terminal.check_modes_restored()


def test_raw_mode_gives_keys_without_echo():
    with Terminal("raw") as terminal:
        terminal.wait_for(b"raw\r\n")
        terminal.type(b"x")
        terminal.wait_for(b"key 120\r\n")
        terminal.type(b"\x1b")
        terminal.wait_for(b"key 27\r\n")
        terminal.type(b"q")
        check(terminal.status() == 0, f"{terminal.seen!r}")
        check(b"xkey" not in terminal.seen, f"no echo: {terminal.seen!r}")
        terminal.check_modes_restored()


def test_ctrl_c_ends_a_program_without_handler():
    with Terminal("wait") as terminal:
        terminal.wait_for(b"size")
        terminal.type(b"\x03")
        check(terminal.status() == 130, f"130 was promised: {terminal.seen!r}")
        terminal.check_modes_restored()


def test_ctrl_c_reaches_the_handler_and_a_second_ends_the_machine():
    with Terminal("handler") as terminal:
        terminal.wait_for(b"size")
        terminal.type(b"\x03")
        terminal.wait_for(b"interrupted\r\n")
        check(terminal.process.poll() is None, "the program should go on")
        terminal.type(b"\x03")
        check(terminal.status() == 130, f"130 was promised: {terminal.seen!r}")
        terminal.check_modes_restored()


def test_sigterm_to_the_launcher_reaches_the_program():
    with Terminal("wait") as terminal:
        terminal.wait_for(b"size")
        terminal.process.send_signal(signal.SIGTERM)
        check(terminal.status() == 143, f"143 was promised: {terminal.seen!r}")


def test_pipes_are_no_terminals():
    done = subprocess.run(command("terminal"), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60 * SCALE, check=False)
    check(done.returncode == 0 and done.stdout == b"terminals 0 0 0\n", f"{done}")


if __name__ == "__main__":
    main(globals())
