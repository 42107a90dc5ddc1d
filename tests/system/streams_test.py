#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Standard streams: byte for byte, separate, with their ends."""

import os
import pty
import shutil
import socket
import subprocess
import time

from hermit import (HERMIT, LAUNCHER_FAILED, SCALE, check, command, expect, folder, image, main, on_linux,
                    processes_with, run, wait_until)


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


def through_shell(program, arguments, redirections, here, options=""):
    """What the shell sees of the program on Linux and in the machine: two of (status, out, err,
    contents of the files in the folder)."""
    seen = []
    for start in (on_linux(program), f"{HERMIT} run {options} {image(program)}"):
        for name in os.listdir(here):
            os.unlink(f"{here}/{name}")
        done = subprocess.run(["/bin/sh", "-c", f"({start} {arguments} {redirections}"
                               if "|" in redirections else f"{start} {arguments} {redirections}"], cwd=here,
                              input=b"", capture_output=True, timeout=60 * SCALE, check=False)
        files = {}
        for name in os.listdir(here):
            with open(f"{here}/{name}", "rb") as file:
                files[name] = file.read()
        seen.append((done.returncode, done.stdout, done.stderr, files))
    return seen


def check_one_order(text, locked):
    lines = [line.split() for line in text.decode().splitlines()]
    check(len(lines) == 4000 and all(len(line) == 2 for line in lines), f"torn: {text[:2000]!r}")
    if locked:
        check([int(line[0]) for line in lines] == list(range(4000)), f"order: {text[:2000]!r}")
    for thread in range(4):
        own = [int(line[1].partition(".")[2]) for line in lines
               if line[1].startswith(f"{thread}.")]
        check(own == list(range(1000)), f"order of thread {thread}: {own[:100]}")


def test_one_pipe_for_both_outputs_keeps_the_order():
    for cpus in ("1", "4"):
        for kind in ("locked", "free"):
            done = subprocess.run(command("one_output", kind, options=("--cpus", cpus)),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=60 * SCALE, check=False)
            check(done.returncode == 0, f"{done}")
            check_one_order(done.stdout, kind == "locked")


def test_one_file_for_both_outputs_keeps_the_order():
    for redirections in (">file 2>&1", ">>file 2>>file"):
        with folder() as here:
            linux, hermit = through_shell("one_output", "", redirections, here, "--cpus 2")
            check_one_order(linux[3]["file"], True)
            check_one_order(hermit[3]["file"], True)


def everything_on(master):
    """What was written to a terminal until the last user closed it."""
    seen = b""
    try:
        while part := os.read(master, 65536):
            seen += part
    except OSError:
        pass
    return seen


def test_one_terminal_for_both_outputs_keeps_the_order():
    master, slave = pty.openpty()
    process = subprocess.Popen(command("one_output"), stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    seen = everything_on(master)
    check(process.wait(20 * SCALE) == 0, f"{process.returncode}")
    os.close(master)
    check_one_order(seen.replace(b"\r\n", b"\n"), True)


def test_descriptors_do_what_they_do_on_linux():
    everything = "m0r0w0m1w1m2w2"
    identity = everything + "s0"
    for arguments, redirections in (
            (f"1 {identity}", ""), (f"1 {everything}", "</dev/null"),
            (f"1 {everything}", "</"), (f"1 {everything}p0", "<."),
            (f"1 {everything}p0", "0>/dev/null"), (f"1 {everything}p0", "0>file"),
            ("2 m1w1m0r0p0", "1</dev/null"), ("1 m2w2", "2</dev/null"),
            (f"1 {everything}", "0>file 2>&0"), (f"1 {identity}", ">file 2>&1"),
            (f"1 {everything}", ">>file 2>>file"), (f"1 {everything}", ">file 2>file"),
            (f"1 {everything}", "2>&1 </dev/null"), (f"1 {everything}p0", "<&-"),
            ("2 w1m2w2p1", ">&-"), (f"1 {everything}", "2>&-"), ("1 p0p0r0p0", "</dev/null"),
            ("1 p1p2", ">file 2>/dev/null")):
        with folder() as here:
            linux, hermit = through_shell("descriptors", arguments, redirections, here)
            check(linux == hermit, f"{arguments} {redirections}: {hermit} instead of {linux}")


def test_what_is_written_to_descriptor_0_goes_to_its_terminal():
    for outputs in ("", "2>/dev/null", ">/dev/null", ">file 2>file2", ">file 2>&1"):
        seen = []
        for start in ([on_linux("descriptors")], [HERMIT, "run", image("descriptors")]):
            master, slave = pty.openpty()
            with folder() as here:
                done = subprocess.run(
                    ["/bin/sh", "-c", f'"$@" 1 m0m1w0w1w2w0 {outputs}', "sh", *start], cwd=here,
                    stdin=slave, stdout=slave, stderr=slave, timeout=60 * SCALE, check=False)
                files = {}
                for name in os.listdir(here):
                    with open(f"{here}/{name}", "rb") as file:
                        files[name] = file.read()
            os.close(slave)
            text = everything_on(master)
            os.close(master)
            seen.append((done.returncode, text, files))
        check(seen[0] == seen[1], f"{outputs}: {seen[1]} instead of {seen[0]}")


def test_a_socket_takes_what_is_written_to_descriptor_0():
    for start in ([on_linux("descriptors")], command("descriptors")):
        ours, theirs = socket.socketpair()
        done = subprocess.run([*start, "1", "w0w1w0"], stdin=theirs, stdout=theirs,
                              stderr=subprocess.PIPE, timeout=60 * SCALE, check=False)
        theirs.close()
        with ours:
            seen = ours.recv(65536)
        check(done.returncode == 0 and seen.startswith(b"<0><1><0>write 0: fine\n"), f"{seen}")


def test_a_full_disk_is_told_at_the_next_write():
    for arguments, redirections in (("ignore", ">/dev/full"), ("", ">/dev/full"),
                                    ("ignore", "2>&1 >/dev/full")):
        with folder() as here:
            linux, hermit = through_shell("lost_writes", arguments, redirections, here)
            check(linux == hermit and hermit[0] == 7, f"{hermit} instead of {linux}")


def test_a_limit_of_file_sizes_is_told_with_its_signal():
    for arguments, status in (("ignore", 7), ("", 153)):
        seen = []
        for start in ([on_linux("lost_writes")], [HERMIT, "run", image("lost_writes")]):
            with folder() as here, open(f"{here}/file", "wb") as file:
                done = subprocess.run(
                    ["/bin/bash", "-c", 'ulimit -c 0; ulimit -f 1000; "$@"; exit $?', "bash",
                     *start, arguments], stdin=subprocess.DEVNULL, stdout=file,
                    stderr=subprocess.PIPE, timeout=60 * SCALE, check=False)
                with open(f"{here}/file", "rb") as result:
                    seen.append((done.returncode, result.read(), arguments and done.stderr))
        check(seen[0][0] == status and seen[0] == seen[1],
              f"{seen[1][0]} {seen[1][2]!r}, {len(seen[1][1])} bytes instead of "
              f"{seen[0][0]} {seen[0][2]!r}, {len(seen[0][1])} bytes")


def test_a_loss_at_the_end_is_the_launcher_s_to_tell():
    for redirections in (">/dev/full", ">/dev/full 2>&1"):
        with folder() as here:
            _, hermit = through_shell("lost_writes", "quiet", redirections, here)
            check(hermit[0] == LAUNCHER_FAILED, f"{hermit}")
            check(hermit[2] == (b"" if "2>" in redirections else
                                b"hermit: stdout: No space left on device; what the program wrote "
                                b"last is lost\n"), f"{hermit}")


def test_a_loss_after_the_program_was_told_of_another_is_told_as_well():
    for _ in range(10):
        with folder() as here:
            _, hermit = through_shell("lost_writes", "once_more", ">/dev/full", here)
            # The last line is accepted and lost; or it was told of one written before it.
            check(hermit[0] in (1, LAUNCHER_FAILED), f"{hermit}")


def test_a_loss_by_descriptor_0_is_told_like_others():
    with folder() as here:
        linux, hermit = through_shell("lost_writes", "zero ignore", "0>/dev/full", here)
        check(linux == hermit and hermit[0] == 7, f"{hermit} instead of {linux}")
        _, hermit = through_shell("lost_writes", "zero quiet", "0>/dev/full", here)
        check(hermit[0] == LAUNCHER_FAILED, f"{hermit}")


def test_what_is_written_once_there_is_room_again_arrives():
    for start in ([on_linux("lost_writes")], [HERMIT, "run", image("lost_writes")]):
        with folder() as here, open(f"{here}/file", "ab") as file:
            process = subprocess.Popen(
                ["/bin/bash", "-c", 'ulimit -f 100; exec "$@" ignore again', "bash", *start],
                stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE)
            check(process.stderr.readline() == b"File too large\n", "the error should be told")
            os.truncate(f"{here}/file", 0)
            _, err = process.communicate(b"go on\n", timeout=60 * SCALE)
            check(process.returncode == 7 and err == b"", f"{process.returncode} {err!r}")
            with open(f"{here}/file", "rb") as result:
                check(result.read() == 100 * b"again\n", f"{start}: all should be there")


def test_a_reader_that_goes_away_is_told_as_on_linux():
    for arguments in ("", "ignore"):
        with folder() as here:
            linux, hermit = through_shell("lost_writes", arguments,
                                          '; echo "$?" >status) | head -1', here)
            check(linux == hermit, f"{hermit} instead of {linux}")


def test_a_descriptor_that_does_not_block_loses_nothing():
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with folder() as here:
        data = os.urandom(1 << 20)
        with open(f"{here}/in", "wb") as file:
            file.write(data)
        with open(f"{here}/in", "rb") as source:
            process = subprocess.Popen(command("cat"), stdin=source, stdout=theirs)
        os.close(theirs)
        got = b""
        while part := os.read(ours, 30000):
            got += part
            time.sleep(0.005)
        os.close(ours)
        check(process.wait(20 * SCALE) == 0 and got == data, f"{len(got)} bytes arrived")


def test_closed_streams_are_no_obstacle():
    for redirection in ("<&-", ">&-", "2>&-"):
        done = subprocess.run(["/bin/sh", "-c", f'"$0" run "$1" 3 {redirection}', HERMIT,
                               image("status")], capture_output=True, timeout=60 * SCALE,
                              check=False)
        check(done.returncode == 3, f"{redirection}: {done}")


if __name__ == "__main__":
    main(globals())
