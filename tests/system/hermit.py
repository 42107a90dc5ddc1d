# SPDX-License-Identifier: BSD-3-Clause
"""What the system tests share: running the launcher, checks, and the main program.

A test is a function test_<promise>() in one of the *_test.py files. Run by hand:

    HERMIT=build/prefix/bin/hermit HERMIT_TEST_PROGRAMS=build/tests/system \
        tests/system/streams_test.py [test_name…]

HERMIT_TEST_SCALE multiplies the time limits (default 2). HERMIT_CHAOS_SEED repeats the delays
of a chaos kernel; a failure names the one that was used.
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback

SCALE = float(os.environ.get("HERMIT_TEST_SCALE", "2"))
HERMIT = os.environ.get("HERMIT", "build/prefix/bin/hermit")
PROGRAMS = pathlib.Path(os.environ.get("HERMIT_TEST_PROGRAMS", "build/tests/system"))
os.environ.setdefault("HERMIT_QUIET", "1")  # many programs leave files behind
os.environ.setdefault("HERMIT_ISOLATED", "1")  # … and not in the build folder
LAUNCHER_FAILED = 125
TIMED_OUT = 124


# The words before a command that a user runs who is not root.
AS_SOMEBODY = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
if os.geteuid() != 0:
    AS_SOMEBODY = []


class Result:
    """What a run left behind: status (128+N for signal N), out, err (bytes), seconds."""

    def __init__(self, status, out, err, seconds):
        self.status = status if status is None or status >= 0 else 128 - status
        self.out = out
        self.err = err
        self.seconds = seconds

    def __str__(self):
        return (f"status {self.status} after {self.seconds:.1f} s\n"
                f"stdout ({len(self.out)} bytes): {self.out[-1500:]!r}\n"
                f"stderr ({len(self.err)} bytes): {self.err[-3000:]!r}")


class Failed(Exception):
    """A check that does not hold."""


def image(program):
    """The path of a test program's image."""
    return str(PROGRAMS / f"sys_{program}.hermit")


def on_linux(program):
    """The path of the same program built for Linux, where CMakeLists.txt has it built."""
    return str(PROGRAMS / f"sys_{program}.linux")


def command(program, *arguments, options=()):
    """The launcher's command line for a test program (or any path)."""
    path = str(program) if os.sep in str(program) else image(program)
    return [HERMIT, "run", *options, path, *arguments]


def run(program, *arguments, options=(), stdin=b"", limit=60, env=None, raw=None, **popen):
    """Boots a program (or runs the command line `raw`) and waits for its end."""
    line = raw or command(program, *arguments, options=options)
    begin = time.monotonic()
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True,
                               env=dict(os.environ, **(env or {})), **popen)
    try:
        out, err = process.communicate(stdin, timeout=limit * SCALE)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        status = None
    return Result(status, out, err, time.monotonic() - begin)


def check(condition, what, result=None):
    """Fails the test with a description, and the run that it is about."""
    if not condition:
        raise Failed(f"{what}\n{result}" if result is not None else what)


def expect(result, status=0, out=None, err=None):
    """Checks status and, where given, the exact streams."""
    check(result.status == status, f"status {status} was promised", result)
    if out is not None:
        check(result.out == out, f"stdout should be {out[:300]!r}", result)
    if err is not None:
        check(result.err == err, f"stderr should be {err[:300]!r}", result)
    return result


def processes_with(text):
    """The ids of processes whose command line holds the text, zombies excluded."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as line:
                if text.encode() in line.read():
                    found.append(int(entry))
        except OSError:
            pass
    return found


def command_line(process):
    """Of a process; empty if there is none, or what is left of one."""
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def children(process, program):
    """The ids of a process's children that run a program whose name begins so."""
    tasks = pathlib.Path(f"/proc/{process}/task").iterdir()
    found = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return [child for child in found
            if pathlib.Path(command_line(child).decode().split("\0")[0]).name.startswith(program)]


def wait_until(condition, seconds):
    """Polls until the condition holds; returns whether it came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def folder():
    """A temporary folder, for `with`."""
    return tempfile.TemporaryDirectory(prefix="hermit-test.")


def main(tests):
    """Runs the named tests, or all; exits with 1 if one failed."""
    chosen = sys.argv[1:] or [name for name in tests if name.startswith("test_")]
    failed = 0
    seed = os.environ.setdefault("HERMIT_CHAOS_SEED", str(random.randrange(1, 1 << 32)))
    for name in chosen:
        begin = time.monotonic()
        try:
            tests[name]()
            verdict = "ok  "
        except Failed as error:
            verdict = "FAIL"
            print(error)
        except Exception:  # pylint: disable=broad-except
            verdict = "FAIL"
            traceback.print_exc(file=sys.stdout)
        failed += verdict == "FAIL"
        print(f"{verdict} {name} ({time.monotonic() - begin:.1f} s)", flush=True)
    if failed:
        print(f"HERMIT_CHAOS_SEED={seed}")
    sys.exit(1 if failed else 0)
