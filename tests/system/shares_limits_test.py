#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Shared folders where something is refused or ends: room, names, rights, the right to write. And
large trees, whole. By 9P, or by virtio-fs with HERMIT_TEST_VIA=virtiofs.

HERMIT_TEST_FILES is how many files trees have (default 300; 50000 by hand). A server of virtio-fs
may have fewer open than that."""

import hashlib
import os
import random
import shutil

from hermit import AS_SOMEBODY, HERMIT, check, command, expect, folder, image, main, run
from shell import VIA, Shell, get, in_folder, put
from small_disk import on_small_disk

FILES = int(os.environ.get("HERMIT_TEST_FILES", "300"))
FEW_OPEN = ["prlimit", f"--nofile={min(FILES // 2, 20000)}"] if VIA == "virtiofs" else []


def test_a_write_takes_what_fits():
    def fits(_disk, shell, _host):
        shell.want("ok", "open 1 wc f")
        shell.want("40960", "fill 1 40960")
        if VIA == "virtiofs":
            shell.want("24576", "fill 1 100000")
            shell.want("ENOSPC", "fill 1 1")
        else:  # QEMU's server goes on until all is written, and says what stopped it
            shell.want("ENOSPC", "fill 1 100000")
        shell.want("file 65536 1", "stat 1")
        shell.want("ok", "open 2 w f")
        shell.want("4096", "fill 2 4096")  # there is room for what is there
        shell.want("ok", "open 3 wc empty")
        shell.want("ENOSPC", "fill 3 100")
        shell.want("file 0 1", "stat 3")
        shell.want("ok", "cut 1 10000")
        shell.want("100", "fill 3 100")
        shell.want("ok", "close 1")
        shell.want("ok", "close 3")
    on_small_disk("size=64k", fits)


def test_there_is_no_room_for_names():
    def names(_disk, shell, _host):
        made = []
        while not made or made[-1] == "ok":
            made.append(shell.ask(f"make d{len(made)}"))
        check(made[-1] == "ENOSPC" and len(made) > 5, f"{made}")
        for call in ("open 1 wc f", "open 1 wcx f", "make d", "symlink x l"):
            shell.want("ENOSPC", call)
        listed = shell.ask("list .").split()
        check(len(listed) == len(made) - 1, f"{listed}")
        shell.want("ENOENT", "look f")
        shell.want("ok", "rmdir d0")
        shell.want("ok", "open 1 wc f")
        shell.want("ok", "write 1 text")
        shell.want("ENOSPC", "make d0")
    on_small_disk("size=1m,nr_inodes=12", names)


def test_room_of_others_is_seen():
    def others(disk, shell, host):
        disk.do("dd", "if=/dev/zero", f"of={host}/big", "bs=4096", "count=16", "status=none")
        shell.want("ok", "open 1 wc f")
        shell.want("ENOSPC", "fill 1 5000")
        disk.do("rm", f"{host}/big")
        shell.want("5000", "fill 1 5000")
        shell.want("ok", "close 1")
    on_small_disk("size=64k", others)


def test_a_file_system_that_becomes_read_only():
    def read_only(disk, shell, host):
        shell.want("ok", "open 1 wc f")
        shell.want("ok", "write 1 kept")
        shell.want("ok", "close 1")
        disk.make_read_only(host)
        for call in ("open 1 w f", "open 1 wc new", "make d", "remove f", "move f g", "mode f 600",
                     "link f g", "symlink x y", "short f 0", "old f"):
            shell.want("EROFS", call)
        shell.want("kept", "cat f")
        disk.do("mount", "-o", "remount,rw", host)
        shell.want("ok", "open 1 w f")
        shell.want("ok", "write 1 KEPT")
        shell.want("KEPT", "cat f")
    on_small_disk("size=64k", read_only)


def as_somebody(place):
    """The words that run a command as a user who is not root, and an image that may be read."""
    os.chmod(place, 0o755)
    shutil.copy(HERMIT, f"{place}/hermit")
    shutil.copy(image("file_shell"), f"{place}/app")
    words = [f"{place}/hermit", "run", "--isolated", "--share", f"{place}/d:/d,via={VIA}", "--cwd",
             "/d", f"{place}/app"]
    return [*AS_SOMEBODY, *words]


def test_rights_that_change():
    with folder() as place:
        words = as_somebody(place)
        host = f"{place}/d"
        os.mkdir(host)
        os.chmod(host, 0o777)
        for name in ("f", "g"):
            put(f"{host}/{name}", "content")
            os.chmod(f"{host}/{name}", 0o666)
        with Shell(raw=words) as shell:
            shell.want("ok", "open 1 w f")
            shell.want("content", "read 1 10 0")
            os.chmod(f"{host}/f", 0)
            shell.want("content", "read 1 10 0")  # open files keep their rights
            shell.want("ok", "write 1 CON")
            for call in ("open 2 r f", "open 2 w f", "cat f"):
                shell.want("EACCES", call)
            os.chmod(f"{host}/f", 0o444)
            shell.want("CONtent", "cat f")
            shell.want("EACCES", "open 2 w f")
            os.chmod(host, 0o555)
            for call in ("open 2 wc new", "make d", "remove f", "move f h", "symlink x y",
                         "link g h"):
                shell.want("EACCES", call)
            os.chmod(host, 0o777)
            shell.want("ok", "open 2 wc new")
            os.mkdir(f"{host}/closed")
            put(f"{host}/closed/f", "closed")
            os.chmod(f"{host}/closed", 0o700)
            shell.want("EACCES" if os.geteuid() == 0 else "closed", "cat closed/f")
        check(get(f"{host}/f") == "CONtent", "what was written through the open file")


def make_tree(place):
    """FILES files of all sizes in folders, some deep, with links, modes and times."""
    draw = random.Random(FILES)
    os.mkdir(place)
    folders = [place]
    for number in range(FILES):
        if number % 25 == 24:
            folders.append(f"{draw.choice(folders)}/folder-{number}")
            os.mkdir(folders[-1])
        path = f"{draw.choice(folders)}/file-{number}"
        with open(path, "wb") as file:
            file.write(draw.randbytes(draw.choice((0, 1, 100, 3000, 4096, 20000, 70001))))
        os.chmod(path, draw.choice((0o644, 0o600, 0o755, 0o444)))
        os.utime(path, ns=(draw.randrange(1 << 60), draw.randrange(1 << 60)))
        if number % 10 == 9:
            os.symlink(f"file-{number}", f"{path}-link")
    for path in reversed(folders):
        os.chmod(path, draw.choice((0o755, 0o700)))
        os.utime(path, ns=(draw.randrange(1 << 60), draw.randrange(1 << 60)))


def facts(place):
    """What is told of each name in a tree: type and mode, size, time of change, a hash."""
    found = {}
    for path, folders, files in os.walk(place):
        for name in folders + files:
            whole = f"{path}/{name}"
            status = os.lstat(whole)
            content = "folder"
            if os.path.islink(whole):
                content = os.readlink(whole)
            elif name in files:
                with open(whole, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            found[os.path.relpath(whole, place)] = (status.st_mode, status.st_mtime_ns, content)
    return found


def test_trees_are_copied_there_and_back():
    with folder() as host:
        make_tree(f"{host}/in")
        options = ("--share", f"{host}:/d,via={VIA}", "--cpus", "2",
                   "--mem", f"{256 + FILES // 20}M")
        words = command("copy_tree", "/d/in", "/tmp/memory", "/d/out", options=options)
        result = run(None, raw=[*FEW_OPEN, *words], limit=120 + FILES // 20)
        wanted = facts(f"{host}/in")
        expect(result, 0, f"{len(wanted)} names\n".encode() * 2)
        seen = facts(f"{host}/out")
        wrong = [name for name in wanted if seen.get(name) != wanted[name]]
        check(not wrong and len(seen) == len(wanted), f"{wrong[:10]} of {len(wanted)}")


def test_many_names_of_the_host_are_found():
    """They are made by the host, and removed by the program."""
    with folder() as host:
        for number in range(FILES):
            put(f"{host}/name-{number}", "")
        with in_folder(host, within=FEW_OPEN) as shell:
            listed = shell.ask("list .").split()
            check(sorted(listed) == sorted(os.listdir(host)), "listed once each")
            for number in range(0, FILES, 7):
                shell.want("file 0 1", f"look name-{number}")
                shell.want("ok", f"remove name-{number}")
            check(len(shell.ask("list .").split()) == FILES - (FILES + 6) // 7, "the others")


def test_open_files_are_the_only_ones_that_a_server_cannot_spare():
    with folder() as host:
        options = ("--share", f"{host}:/d,via={VIA}", "--cwd", "/d")
        result = run(None, raw=[*FEW_OPEN, *command("open_many", options=options)])
        refused = "EMFILE, not made" if VIA == "virtiofs" else "none, made"
        expect(result, 0, f"{refused}\nall 1000\n".encode())
        check(len(os.listdir(host)) == 1000, "no more and no fewer")


main(globals())
