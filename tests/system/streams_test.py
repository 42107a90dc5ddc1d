#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Standard streams: byte for byte, separate, with their ends."""

import os
import shutil
import subprocess
import time

from hermit import (HERMIT, SCALE, check, command, expect, folder, image, main, processes_with, run,
                    wait_until)


def test_64_mib_pass_unchanged():
    data = os.urandom(64 << 20)
    result = run("cat", stdin=data, limit=240)
    check(result.status == 0 and result.err == b"" and len(result.out) == len(data),
          "all bytes should arrive, and nothing on stderr", result)
    check(result.out == data, "the bytes differ")


def test_stdout_and_stderr_are_separate():
    lines = range(2000)
    expect(run("two_streams"), 0, b"".join(b"out %d\n" % i for i in lines),
           b"".join(b"err %d\n" % i for i in lines))


def test_long_lines_of_threads_all_arrive():
    for _ in range(5):
        result = run("long_lines", options=("--cpus", "4"))
        check(result.status == 0, "all lines should be written", result.status)
        check(all(result.out.count(b"%c" % letter) == 100 * 5999 for letter in b"abcdef"),
              "some did not arrive")


def test_empty_input_ends_at_once():
    expect(run("cat"), 0, b"", b"")
    with open("/dev/null", "rb") as null:
        done = subprocess.run(command("cat"), stdin=null, capture_output=True, timeout=60 * SCALE,
                              check=False)
    check(done.returncode == 0 and done.stdout == b"" and done.stderr == b"", f"{done}")


def test_input_from_a_file_and_output_to_one():
    with folder() as here:
        with open(f"{here}/in", "wb") as file:
            file.write(os.urandom(300001))
        with open(f"{here}/in", "rb") as source, open(f"{here}/out", "wb") as target:
            done = subprocess.run(command("cat"), stdin=source, stdout=target,
                                  timeout=60 * SCALE, check=False)
        with open(f"{here}/in", "rb") as one, open(f"{here}/out", "rb") as two:
            check(done.returncode == 0 and one.read() == two.read(), "the files differ")


def test_input_arrives_while_the_program_runs():
    process = subprocess.Popen(command("cat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        for number in range(5):
            line = b"line %d\n" % number
            process.stdin.write(line)
            process.stdin.flush()
            check(process.stdout.readline() == line, f"line {number} should come back at once")
        process.stdin.close()
        check(process.wait(20 * SCALE) == 0, "cat should end with its input")
    finally:
        process.kill()
        process.wait()


def test_a_reader_that_waits_holds_up_nobody():
    for cpus in ("1", "4"):
        process = subprocess.Popen(command("stdin_shared", options=("--cpus", cpus)),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            seen = b""
            while not seen.endswith(b"ready\n"):
                part = process.stdout.readline()
                check(part != b"", f"it should get ready: {seen!r}")
                seen += part
            process.stdin.write(b"hello\n")
            process.stdin.close()
            seen += process.stdout.read()
            check(process.wait(20 * SCALE) == 0 and
                  seen == (b"FIONREAD 0: 0\npoll 0\nwithout waiting -11\ninterrupted -4\n"
                           b"cancelled 1\nready\nread 6: hello\n"), f"{seen!r}")
        finally:
            process.kill()
            process.wait()


def test_a_slow_reader_gets_everything():
    data = os.urandom(3 << 20)
    with folder() as here:
        with open(f"{here}/in", "wb") as file:
            file.write(data)
        with open(f"{here}/in", "rb") as source:
            process = subprocess.Popen(command("cat"), stdin=source, stdout=subprocess.PIPE)
            got = b""
            while True:
                part = os.read(process.stdout.fileno(), 100000)
                if not part:
                    break
                got += part
                time.sleep(0.02)
            check(process.wait(20 * SCALE) == 0 and got == data, f"{len(got)} bytes arrived")


def test_head_leaves_nothing_behind():
    with folder() as here:
        program = f"{here}/unique-endless"
        shutil.copy(image("endless"), program)
        done = subprocess.run(["/bin/sh", "-c", '"$0" run "$1" | head -1', HERMIT, program],
                              capture_output=True, timeout=60 * SCALE, check=False)
        check(done.stdout == b"line 0\n", f"{done}")
        check(done.stderr == b"", f"nothing on stderr: {done.stderr!r}")
        check(wait_until(lambda: not processes_with(program), 5),
              "no emulator after 5 seconds")


def test_a_killed_launcher_leaves_nothing_behind():
    with folder() as here:
        program = f"{here}/unique-spin"
        shutil.copy(image("spin"), program)
        process = subprocess.Popen([HERMIT, "run", program], stdout=subprocess.PIPE)
        check(process.stdout.readline() == b"running\n", "the program should run")
        process.kill()
        process.wait()
        process.stdout.close()
        check(wait_until(lambda: not processes_with(program), 5), "no emulator after 5 seconds")


def test_closed_streams_are_no_obstacle():
    for redirection in ("<&-", ">&-", "2>&-"):
        done = subprocess.run(["/bin/sh", "-c", f'"$0" run "$1" 3 {redirection}', HERMIT,
                               image("status")], capture_output=True, timeout=60 * SCALE,
                              check=False)
        check(done.returncode == 3, f"{redirection}: {done}")


if __name__ == "__main__":
    main(globals())
