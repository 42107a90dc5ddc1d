#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Exit statuses, deaths by signal, crash reports, time limits."""

import os
import re
import signal
import subprocess

from hermit import LAUNCHER_FAILED, SCALE, TIMED_OUT, check, command, expect, main, run


def test_numbers_pass():
    for number in (0, 1, 3, 42, 127, 200, 255):
        expect(run("status", str(number)), number, b"", b"")


def test_abort_gives_134():
    expect(run("status", "abort"), 134, b"")


def test_null_write_gives_139():
    expect(run("status", "null"), 139, b"")


def test_signals_give_128_and_their_number():
    for number in (2, 9, 15, 31):
        expect(run("status", f"signal{number}"), 128 + number, b"")


def test_backtrace_names_functions():
    for cpus in ("1", "4"):
        result = expect(run("culprit", options=("--cpus", cpus)), 139, b"about to crash\n")
        text = result.err.decode(errors="replace")
        for name in ("the_culprit", "the_accomplice", "main"):
            check(name in text, f"the report should name {name}", result)
        check(text.index("the_culprit") < text.index("the_accomplice"), "innermost first", result)
        check(re.search(r"culprit\.c:\d+", text), "file and line, as built with -g", result)
        check(re.search(r"rip", text, re.I), "the report should show registers", result)


def test_forbidden_accesses_are_sigsegv():
    for what in ("text", "pointers", "page0", "guard", "heap"):
        expect(run("fault", what, options=("--cpus", "1")), 139, what.encode() + b"\n")


def test_timeout_gives_124():
    for arguments in ((), ("asleep",)):
        result = run("spin", *arguments, options=("--timeout", "4"), limit=40)
        check(result.status == TIMED_OUT and result.out == b"running\n", "124 was promised", result)
        check(3.5 <= result.seconds, "not before its time", result)
        check(result.err.count(b"\n") == 1, "one line on stderr", result)


def test_timeout_does_not_hurt_the_quick():
    expect(run("status", "5", options=("--timeout", "600")), 5, b"", b"")


def test_a_killed_emulator_is_said_to_be():
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM):
        process = subprocess.Popen(command("spin"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(process.stdout.readline() == b"running\n", "the program should run")
        for task in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{task}/children", encoding="ascii") as file:
                for emulator in file.read().split():
                    os.kill(int(emulator), number)
        out, err = process.communicate(timeout=60 * SCALE)
        check(process.returncode == LAUNCHER_FAILED and out == b"", f"{process.returncode}")
        lines = err.decode().splitlines()
        # QEMU takes SIGTERM as a wish and says so.
        check(len(lines) == 1 and lines[0].startswith("hermit: QEMU"), f"{lines}")
        check(number == signal.SIGTERM or
              lines[0] == f"hermit: QEMU was ended by {number.name}", f"{lines}")


def test_fork_and_exec_are_enosys():
    expect(run("only_on_hermit"), 0,
           b"fork: -1 Function not implemented\nexec: -1 Function not implemented\n", b"")


if __name__ == "__main__":
    main(globals())
