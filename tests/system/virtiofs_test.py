#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Servers of shared folders by virtio-fs: how they start and end, and what the program sees when one
is missing, or ends."""

import errno
import os
import signal
import subprocess
import time

from hermit import (check, children, command, command_line, expect, folder, main, processes_with,
                    run, wait_until)
from shell import Shell, get, put


def served(*shares, options=(), **popen):
    """A shell; what the launcher says is kept."""
    return Shell(*shares, options=options, via="virtiofs", stderr=subprocess.PIPE, **popen)


def server_of(shell):
    """The one server of the shell's launcher."""
    server, = children(shell.process.pid, "virtiofsd")
    return server


def test_a_server_that_ends_is_eio_and_nothing_hangs():
    for machine in ("microvm", "q35"):
        with folder() as host:
            shell = served(f"{host}:/d", options=("--machine", machine))
            shell.want("ok", "open 1 wc /d/f")
            shell.want("ok", "write 1 before")
            shell.want("ok", "open 2 r /d")
            shell.want("ok", "sync 2")
            server = server_of(shell)
            os.kill(server, signal.SIGKILL)
            check(wait_until(lambda s=server: not command_line(s), 20), "it ends")
            time.sleep(0.2)
            shell.want("EIO", "write 1 after")
            shell.want("EIO", "cat /d/g")
            shell.want("EIO", "make /d/sub")
            shell.want("EIO", "list /d")
            shell.want("EIO", "sync 2")
            shell.want("ok", "close 1")
            shell.want("ok", "make /tmp/here")
            shell.end()
            check(shell.process.returncode == 0, "the program goes on to its end")
            check(get(f"{host}/f") == "before", "what was written before is there")


def test_requests_under_way_end_with_their_server():
    with folder() as host:
        shell = served(f"{host}:/d")
        shell.want("ok", "open 1 wc /d/f")
        server = server_of(shell)
        os.kill(server, signal.SIGSTOP)
        shell.tell("write 1 never")
        time.sleep(1)
        os.kill(server, signal.SIGKILL)
        check(shell.answer() == "EIO", "it does not wait for ever")
        shell.want("EIO", "make /d/sub")
        shell.end()


def test_a_server_that_ends_before_it_is_needed():
    with folder() as host:
        shell = served(f"{host}:/d")
        shell.want("ok", "make /tmp/here")
        server = server_of(shell)
        os.kill(server, signal.SIGKILL)
        check(wait_until(lambda: not command_line(server), 20), "it ends")
        time.sleep(0.2)
        shell.want("EIO", "cat /d/f")
        shell.want("EIO", "list /d")
        shell.end()


def test_servers_end_with_the_launcher():
    endings = {"normally": None, "by SIGTERM": signal.SIGTERM, "by SIGKILL": signal.SIGKILL}
    for how, number in endings.items():
        with folder() as host:
            shell = served(f"{host}:/d")
            shell.want("ok", "make /d/sub")
            server = server_of(shell)
            if number is not None:
                shell.process.send_signal(number)
            shell.end()
            check(wait_until(lambda s=server: not command_line(s), 20), f"the launcher ended {how}")
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
            put(f"{host}/{name}", "x" * i)
        os.mkdir(f"{host}/sub")
        shell = served(f"{host}:/d,cache=always")
        shell.want("file 7 1", "look /d/file-7")
        put(f"{host}/file-7", "changed by the host")
        check(sorted(shell.ask("list /d").split()) == sorted([*names, "sub"]), "all names")
        server = server_of(shell)
        os.kill(server, signal.SIGKILL)
        check(wait_until(lambda: not command_line(server), 20), "it ends")
        time.sleep(0.2)
        for i, name in enumerate(names):
            shell.want("file 19 1" if i == 7 else f"file {i} 1", f"look /d/{name}")
        shell.want("EIO", "look /d/none")
        shell.end()


def test_without_a_server_9p_serves():
    with folder() as host:
        put(f"{host}/f", "found")
        for program in ("/none", "/bin/true", "/bin/false"):
            for options in ((), ("--verbose",)):
                shell = served(f"{host}:/d", options=options,
                               env={**os.environ, "HERMIT_VIRTIOFSD": program})
                shell.want("found", "cat /d/f")
                lines = [line for line in shell.end().splitlines() if b"by 9p" in line]
                check(len(lines) == (1 if options else 0), f"{program}: {lines}")


def test_one_program_uses_both():
    with folder() as one, folder() as two:
        with Shell(f"{two}:/two", f"{two}:/three,cache=none", via="virtiofs",
                   options=("--share", f"{one}:/one")) as shell:
            shell.want("ok", "open 1 wc /one/f")
            shell.want("ok", "write 1 one")
            shell.want("ok", "open 2 wc /two/f")
            shell.want("ok", "write 2 two")
            shell.want("two", "cat /three/f")
            shell.want("one", "cat /one/f")
            shell.want("EXDEV", "move /two/f /one/g")
            shell.want("EXDEV", "move /two/f /three/g")
        check(shell.process.returncode == 0, "it ends")


def test_an_ordinary_user_has_a_server():
    """With groups, as users have them; the server is root in a namespace with the user's rights."""
    if os.geteuid() != 0:
        return
    with folder() as host:
        os.chmod(host, 0o755)
        os.mkdir(f"{host}/open")
        os.chmod(f"{host}/open", 0o777)
        put(f"{host}/open/closed", "")
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
