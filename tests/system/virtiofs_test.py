#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Servers of shared folders by virtio-fs: how they start and end, and what the program sees when one
is missing, or ends."""

import errno
import os
import signal
import subprocess
import time

from hermit import SCALE, check, command, expect, folder, processes_with, run, wait_until, main


def shell(host, *options, env=None, **popen):
    """The program file_shell with the folder at /d; what it is told and answers is by lines."""
    line = command("file_shell", options=("--share", f"{host}:/d,via=virtiofs", *options))
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})), **popen)


def ask(process, text):
    process.stdin.write(text.encode() + b"\n")
    process.stdin.flush()
    return process.stdout.readline().decode().rstrip("\n")


def want(process, answer, text):
    got = ask(process, text)
    check(got == answer, f"'{text}' should answer {answer!r}, not {got!r}")


def end(process):
    _, err = process.communicate(timeout=60 * SCALE)
    return err


def children(process):
    """Ids of the launcher's children whose program is virtiofsd."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as stat:
                name, rest = stat.read().rsplit(")", 1)
        except OSError:
            continue
        if name.endswith("(virtiofsd") and int(rest.split()[1]) == process.pid:
            found.append(int(entry))
    return found


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def io_error():
    return f"error {errno.EIO}"


def test_a_server_that_ends_is_eio_and_nothing_hangs():
    for machine in ("microvm", "q35"):
        with folder() as host:
            process = shell(host, "--machine", machine)
            want(process, "ok", "open 1 wc /d/f")
            want(process, "ok", "write 1 before")
            want(process, "ok", "open 2 r /d")
            want(process, "ok", "sync 2")
            server, = children(process)
            os.kill(server, signal.SIGKILL)
            check(wait_until(lambda s=server: not runs(s), 20), "it ends")
            time.sleep(0.2)
            want(process, io_error(), "write 1 after")
            want(process, io_error(), "cat /d/g")
            want(process, io_error(), "make /d/sub")
            want(process, io_error(), "list /d")
            want(process, io_error(), "sync 2")
            want(process, "ok", "close 1")
            want(process, "ok", "make /tmp/here")
            end(process)
            check(process.returncode == 0, "the program goes on to its end")
            with open(f"{host}/f", encoding="utf-8") as file:
                check(file.read() == "before", "what was written before is there")


def test_requests_under_way_end_with_their_server():
    with folder() as host:
        process = shell(host)
        want(process, "ok", "open 1 wc /d/f")
        server, = children(process)
        os.kill(server, signal.SIGSTOP)
        process.stdin.write(b"write 1 never\n")
        process.stdin.flush()
        time.sleep(1)
        os.kill(server, signal.SIGKILL)
        check(process.stdout.readline().decode() == io_error() + "\n", "it does not wait for ever")
        want(process, io_error(), "make /d/sub")
        end(process)


def test_a_server_that_ends_before_it_is_needed():
    with folder() as host:
        process = shell(host)
        want(process, "ok", "make /tmp/here")
        server, = children(process)
        os.kill(server, signal.SIGKILL)
        check(wait_until(lambda: not runs(server), 20), "it ends")
        time.sleep(0.2)
        want(process, io_error(), "cat /d/f")
        want(process, io_error(), "list /d")
        end(process)


def test_servers_end_with_the_launcher():
    endings = {"normally": None, "by SIGTERM": signal.SIGTERM, "by SIGKILL": signal.SIGKILL}
    for how, number in endings.items():
        with folder() as host:
            process = shell(host)
            want(process, "ok", "make /d/sub")
            server, = children(process)
            if number is not None:
                process.send_signal(number)
            end(process)
            check(wait_until(lambda s=server: not runs(s), 20), f"the launcher ended {how}")
            check(processes_with(f"{host}:/d") == [], "and so did QEMU")


def test_a_run_that_fails_leaves_no_server():
    with folder() as host:
        before = len(processes_with("virtiofsd"))
        result = run("file_shell", options=("--share", f"{host}:/d,via=virtiofs", "--qemu-arg",
                                            "--no-such-option"))
        check(result.status == 125, "QEMU refuses", result)
        check(wait_until(lambda: len(processes_with("virtiofsd")) <= before, 20), "no server is left")


def test_a_listing_tells_of_the_files():
    """What was listed needs no further request: it is there without the server."""
    with folder() as host:
        names = [f"file-{i}" for i in range(40)]
        for i, name in enumerate(names):
            with open(f"{host}/{name}", "w", encoding="utf-8") as file:
                file.write("x" * i)
        os.mkdir(f"{host}/sub")
        line = command("file_shell", options=("--share", f"{host}:/d,via=virtiofs,cache=always"))
        process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        want(process, "file 7 1", "look /d/file-7")
        with open(f"{host}/file-7", "w", encoding="utf-8") as file:
            file.write("changed by the host")
        check(sorted(ask(process, "list /d").split()) == sorted([*names, "sub"]), "all names")
        server, = children(process)
        os.kill(server, signal.SIGKILL)
        check(wait_until(lambda: not runs(server), 20), "it ends")
        time.sleep(0.2)
        for i, name in enumerate(names):
            want(process, "file 19 1" if i == 7 else f"file {i} 1", f"look /d/{name}")
        want(process, io_error(), "look /d/none")
        end(process)


def test_without_a_server_9p_serves():
    with folder() as host:
        with open(f"{host}/f", "w", encoding="utf-8") as file:
            file.write("found")
        for program in ("/none", "/bin/true", "/bin/false"):
            for options in ((), ("--verbose",)):
                process = shell(host, *options, env={"HERMIT_VIRTIOFSD": program})
                want(process, "found", "cat /d/f")
                lines = [line for line in end(process).splitlines() if b"by 9p" in line]
                check(len(lines) == (1 if options else 0), f"{program}: {lines}")


def test_one_program_uses_both():
    with folder() as one, folder() as two:
        line = command("file_shell", options=("--share", f"{one}:/one", "--share",
                                              f"{two}:/two,via=virtiofs", "--share",
                                              f"{two}:/three,cache=none,via=virtiofs"))
        process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        want(process, "ok", "open 1 wc /one/f")
        want(process, "ok", "write 1 one")
        want(process, "ok", "open 2 wc /two/f")
        want(process, "ok", "write 2 two")
        want(process, "two", "cat /three/f")
        want(process, "one", "cat /one/f")
        want(process, f"error {errno.EXDEV}", "move /two/f /one/g")
        want(process, f"error {errno.EXDEV}", "move /two/f /three/g")
        process.stdin.close()
        check(process.wait(60 * SCALE) == 0, "it ends")
        process.stdout.close()


def test_an_ordinary_user_has_a_server():
    """With groups, as users have them; the server is root in a namespace with the user's rights."""
    if os.geteuid() != 0:
        return
    with folder() as host:
        os.chmod(host, 0o755)
        os.mkdir(f"{host}/open")
        os.chmod(f"{host}/open", 0o777)
        with open(f"{host}/open/closed", "w", encoding="utf-8"):
            os.chmod(f"{host}/open/closed", 0o600)
        line = ["setpriv", "--reuid", "12345", "--regid", "12345", "--groups", "12345,20000",
                *command("file_shell", options=("--verbose", "--share",
                                                f"{host}/open:/d,via=virtiofs"))]
        told = b"open 1 wc /d/f\nwrite 1 mine\nlook /d/f\ncat /d/closed\nmode /d/f 755\n"
        process = subprocess.run(line, input=told, capture_output=True, check=False)
        if b"ermission denied" in process.stderr or b"cannot be used" in process.stderr:
            return  # that user cannot read the image here, or may not make namespaces
        check(process.stdout == f"ok\nok\nfile 4 1\nerror {errno.EACCES}\nok\n".encode(), f"{process}")
        check(os.stat(f"{host}/open/f").st_uid == 12345, "made as the caller")


def test_little_memory_of_odd_size():
    with folder() as host:
        for memory in ("33M", "40005K"):
            result = run("file_shell", options=("--mem", memory, "--share",
                                                f"{host}:/d,via=virtiofs"), stdin=b"make /d/sub\n"
                         b"rmdir /d/sub\n")
            expect(result, 0, b"ok\nok\n")


main(globals())
