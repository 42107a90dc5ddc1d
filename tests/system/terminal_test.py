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

from hermit import SCALE, TIMED_OUT, check, command, main, on_linux


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


class Job:
    """A command line as the foreground job of a little shell on a terminal of its own."""

    def __init__(self, line):
        events_in, events_out = os.pipe()
        orders_in, orders_out = os.pipe()
        self.seen = b""
        self.shell, self.master = pty.fork()
        if self.shell == 0:
            os.close(events_in)
            os.close(orders_out)
            be_shell(line, orders_in, events_out)
        os.close(events_out)
        os.close(orders_in)
        self.events, self.orders = events_in, orders_out

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        os.close(self.orders)
        os.kill(self.shell, signal.SIGKILL)
        os.waitpid(self.shell, 0)
        os.close(self.events)
        os.close(self.master)

    def type(self, data):
        os.write(self.master, data)

    def go_on(self, foreground=True):
        os.write(self.orders, b"f" if foreground else b"b")

    def wait_for(self, text=None, times=1):
        """Reads until the text has appeared so many times; or, without, until the shell sees that
        the job stops ("stopped 20") or ends ("ended 0")."""
        end = time.monotonic() + 20 * SCALE
        while text is None or self.seen.count(text) < times:
            check(time.monotonic() < end, f"{text!r} should appear in {self.seen!r}")
            ready = select.select([self.master, self.events], [], [], 0.1)[0]
            if self.master in ready:
                self.seen += os.read(self.master, 65536)
            elif self.events in ready and text is None:
                return os.read(self.events, 64).decode()
        return None

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)


def be_shell(line, orders, events):
    """Never returns. Starts the line in a process group of its own and reports what becomes of it;
    "f" on `orders` brings it back to the foreground, "b" lets it go on in the background."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(line[0], line)
    while True:
        status = os.waitpid(job, os.WUNTRACED)[1]
        if not os.WIFSTOPPED(status):
            os.write(events, b"ended %d" % os.waitstatus_to_exitcode(status))
            time.sleep(1000)
        os.tcsetpgrp(0, os.getpid())
        os.write(events, b"stopped %d" % os.WSTOPSIG(status))
        order = os.read(orders, 1)
        if order == b"":
            os.killpg(job, signal.SIGKILL)
            os._exit(0)
        if order == b"f":
            os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)


def on_both(*arguments):
    """The program as a job, on Linux and in the machine."""
    for line in ([on_linux("terminal"), *arguments], command("terminal", *arguments)):
        with Job(line) as job:
            job.wait_for(b"size")
            yield job


def read_a_line_and_stop(job):
    job.type(b"one\n")
    job.wait_for(b"read one\r\n")
    job.type(b"\x1a")
    check(job.wait_for() == "stopped 20", "SIGTSTP should stop it")


def test_ctrl_z_stops_and_the_shell_continues():
    for job in on_both("lines"):
        read_a_line_and_stop(job)
        job.go_on()
        job.type(b"two\n")
        job.wait_for(b"read two\r\n")
        job.type(b"\x04")
        check(job.wait_for() == "ended 0", f"{job.seen!r}")


def test_who_reads_in_the_background_is_stopped():
    for job in on_both("lines"):
        read_a_line_and_stop(job)
        job.go_on(foreground=False)
        job.type(b"two\n")
        check(job.wait_for() == "stopped 21", "SIGTTIN should stop it")
        job.go_on()
        job.wait_for(b"read two\r\n")
        job.type(b"\x04")
        check(job.wait_for() == "ended 0", f"{job.seen!r}")


def test_a_stop_puts_the_terminal_s_modes_back_until_it_goes_on():
    with Job(command("terminal", "raw")) as job:
        job.wait_for(b"raw")
        check(not job.echoes(), "raw mode has no echo")
        job.type(b"\x1a")
        check(job.wait_for() == "stopped 20", "SIGTSTP should stop it")
        check(job.echoes(), "the shell has its own modes")
        job.go_on()
        end = time.monotonic() + 20 * SCALE
        while job.echoes():
            check(time.monotonic() < end, "raw mode should be back")
            time.sleep(0.01)
        job.type(b"q")
        check(job.wait_for() == "ended 0" and job.echoes(), f"{job.seen!r}")


def test_without_isig_ctrl_z_is_a_byte():
    for job in on_both("bytes"):
        job.wait_for(b"raw")
        job.type(b"\x1a")
        job.wait_for(b"key 26\r\n")
        job.type(b"q")
        check(job.wait_for() == "ended 0", f"{job.seen!r}")


def test_a_handler_of_sigtstp_runs_and_can_stop():
    for job in on_both("stops"):
        for times in (1, 2):
            job.type(b"\x1a")
            job.wait_for(b"about to stop\r\n", times)
            check(job.wait_for() == "stopped 19", "SIGSTOP should stop it")
            check(job.seen.count(b"back again") == times - 1, f"too early: {job.seen!r}")
            job.go_on()
            job.wait_for(b"back again\r\n", times)
            job.wait_for(b"SIGCONT\r\n", times)
        job.type(b"\x03")
        check(job.wait_for() in ("ended -2", "ended 130"), f"{job.seen!r}")


def test_ignored_sigtstp_does_nothing():
    for job in on_both("ignores"):
        job.type(b"\x1a\x1a\x03")
        check(job.wait_for() in ("ended -2", "ended 130"), f"{job.seen!r}")


def test_a_stop_holds_the_machine_and_its_time_limit():
    with Job(command("terminal", "wait", options=("--timeout", "10"))) as job:
        job.wait_for(b"size")
        job.type(b"\x1a")
        check(job.wait_for() == "stopped 20", "SIGTSTP should stop it")
        time.sleep(12)
        job.go_on()
        begin = time.monotonic()
        check(job.wait_for() == f"ended {TIMED_OUT}", f"{job.seen!r}")
        check(time.monotonic() - begin > 0.5, "it had time left")


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
