#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""--root-ro: a folder of the host as /, with what the program changes in memory above it. The host's
folder is the same afterwards, byte for byte."""

import contextlib
import errno
import os
import stat

from hermit import check, expect, folder, main, run
from shell import Shell, get, put


def state(top):
    """All that is in a folder: types, modes, times, contents."""
    found = {}
    for path, folders, files in os.walk(top):
        for name in [".", *folders, *files]:
            here = os.path.join(path, name)
            info = os.lstat(here)
            content = None
            if stat.S_ISREG(info.st_mode):
                with open(here, "rb") as file:
                    content = file.read()
            elif stat.S_ISLNK(info.st_mode):
                content = os.readlink(here)
            attributes = {name: os.getxattr(here, name, follow_symlinks=False)
                          for name in os.listxattr(here, follow_symlinks=False)}
            found[here] = (info.st_mode, info.st_nlink, info.st_ino, info.st_mtime_ns, content,
                           attributes)
    return found


@contextlib.contextmanager
def machine(fill, options=()):
    """A shell above a folder that fill(path) has filled, which must not change."""
    with folder() as host:
        fill(host)
        before = state(host)
        with Shell(options=("--root-ro", host, *options)) as shell:
            yield shell
        check(state(host) == before, "the host's folder has changed")


def names(shell, path):
    """A listing, which must name nothing twice."""
    found = shell.ask(f"list {path}").split()
    check(len(found) == len(set(found)), f"a name is there twice: {found}")
    return sorted(found)


def fill_root(host):
    os.makedirs(f"{host}/etc/deep/er")
    put(f"{host}/etc/passwd", "root:x:0:0:root:/:/bin/sh\n"[:-1])
    put(f"{host}/etc/motd", "hello")
    put(f"{host}/etc/deep/er/file", "deep")
    os.chmod(f"{host}/etc/motd", 0o640)
    os.symlink("motd", f"{host}/etc/link")


def test_a_program_sees_what_it_changes():
    for kind in ("microvm", "q35"):
        with machine(fill_root, ("--machine", kind)) as shell:
            shell.want("hello", "cat /etc/motd")
            shell.want("hello", "cat /etc/link")
            shell.want("ok", "open 1 wa /etc/motd")
            shell.want("ok", "write 1 ,you")
            shell.want("hello,you", "cat /etc/motd")
            shell.want("file 9 1", "look /etc/motd")
            shell.want("ok", "open 2 wct /etc/new")
            shell.want("ok", "write 2 text")
            shell.want("ok", "move /etc/new /etc/passwd")
            shell.want("text", "cat /etc/passwd")
            shell.want("ok", "remove /etc/link")
            shell.want("ENOENT", "cat /etc/link")
            check(names(shell, "/etc") == ["deep", "group", "motd", "passwd"], "listing")


def test_the_machines_own_folders_are_there():
    with machine(lambda host: None) as shell:
        check(names(shell, "/") == ["dev", "etc", "proc", "sys", "tmp"], "mounts over an empty folder")
        shell.want("ok", "open 1 wc /tmp/file")
        shell.want("ok", "open 2 wc /dev/shm/file")
        check(shell.ask("cat /proc/mounts").startswith("overlay / overlay "), "/proc/mounts")


def test_whiteouts_and_opaque_folders():
    def fill(host):
        os.makedirs(f"{host}/d/sub")
        for name in ("a", "b", "c"):
            put(f"{host}/d/{name}", name)
        put(f"{host}/d/sub/inner", "inner")

    with machine(fill) as shell:
        check(names(shell, "/d") == ["a", "b", "c", "sub"], "all")
        shell.want("ok", "remove /d/a")
        check(names(shell, "/d") == ["b", "c", "sub"], "without a")
        shell.want("ok", "make /d/a")
        check(names(shell, "/d/a") == [], "a folder in place of a file")
        shell.want("ENOTEMPTY", "rmdir /d/sub")
        shell.want("ok", "remove /d/sub/inner")
        shell.want("ok", "rmdir /d/sub")
        shell.want("ENOENT", "look /d/sub")
        shell.want("ok", "make /d/sub")
        check(names(shell, "/d/sub") == [], "a new folder does not show what was below")
        shell.want("ENOENT", "cat /d/sub/inner")
        for name in ("b", "c"):
            shell.want("ok", f"remove /d/{name}")
        shell.want("ENOTEMPTY", "rmdir /d")
        shell.want("ok", "rmdir /d/a")
        shell.want("ok", "rmdir /d/sub")
        shell.want("ok", "rmdir /d")
        shell.want("ENOENT", "list /d")
        shell.want("ok", "make /d")
        check(names(shell, "/d") == [], "empty again")


def test_extended_attributes_are_copied_when_one_is_changed():
    def fill(host):
        os.mkdir(f"{host}/d")
        for path in ("f", "g", "h", "d"):
            if path != "d":
                put(f"{host}/{path}", path)
            os.setxattr(f"{host}/{path}", "user.a", b"below")
            os.setxattr(f"{host}/{path}", "user.b", b"kept")

    with machine(fill) as shell:
        for path in ("/f", "/d"):
            shell.want("below", f"tagged {path} user.a")
            shell.want("ok", f"tag {path} user.a above")
            shell.want("above", f"tagged {path} user.a")
            shell.want("kept", f"tagged {path} user.b")
            shell.want("ok", f"tag {path} trusted.c new")
            check(sorted(shell.ask(f"tags {path}").split()) == ["trusted.c", "user.a", "user.b"],
                  "all")
        shell.want("f", "cat /f")
        shell.want("ENODATA", "untag /g user.none")
        shell.want("ok", "untag /g user.a")
        shell.want("ENODATA", "tagged /g user.a")
        shell.want("kept", "tagged /g user.b")
        shell.want("ok", "open 1 wa /h")
        shell.want("ok", "write 1 +")
        shell.want("ok", "mode /h 600")
        shell.want("ok", "move /h /moved")
        shell.want("below", "tagged /moved user.a")
        shell.want("ENOTSUP", "tag /f trusted.overlay.opaque y")
        shell.want("ENOTSUP", "tagged /f trusted.overlay.opaque")
        shell.want("ENOTSUP", "tag /f system.posix_acl_access x")
        shell.want("ok", "remove /g")
        shell.want("ok", "open 2 wc /g")
        shell.want("", "tags /g")


def test_folders_below_cannot_be_moved():
    def fill(host):
        os.makedirs(f"{host}/below")
        put(f"{host}/below/f", "f")
        put(f"{host}/g", "g")

    with machine(fill) as shell:
        shell.want("EXDEV", "move /below /moved")
        shell.want("ok", "make /mine")
        shell.want("ok", "move /mine /moved")
        shell.want("EINVAL", "move /moved /moved/in")
        shell.want("ENOTEMPTY", "move /moved /below")
        shell.want("ok", "remove /below/f")
        shell.want("ok", "move /moved /below")
        check(names(shell, "/below") == [], "the new one")
        shell.want("ok", "move /below /again")
        shell.want("ENOENT", "look /below")
        shell.want("ok", "move /g /again/g")
        shell.want("g", "cat /again/g")
        check(names(shell, "/") == ["again", "dev", "etc", "proc", "sys", "tmp"], "as moved")


def test_links_below_break_when_they_are_changed():
    def fill(host):
        put(f"{host}/a", "same")
        os.link(f"{host}/a", f"{host}/b")
        put(f"{host}/single", "s")

    with machine(fill) as shell:
        shell.want("file 4 2", "look /a")
        check(shell.ask("number /a") == shell.ask("number /b"), "one file")
        shell.want("ok", "open 1 wa /a")
        shell.want("ok", "write 1 +")
        shell.want("file 5 1", "look /a")
        shell.want("same", "cat /b")
        check(shell.ask("number /a") != shell.ask("number /b"), "two files")
        number = shell.ask("number /single")
        shell.want("ok", "mode /single 600")
        shell.want("ok", "link /single /second")
        shell.want("ok", "open 2 wa /second")
        shell.want("ok", "write 2 +")
        shell.want("file 2 2", "look /single")
        shell.want("s+", "cat /single")
        check(number == shell.ask("number /second"), "its number stays")


def test_open_files_and_mappings_when_a_file_is_copied_up():
    with machine(fill_root) as shell:
        shell.want("ok", "open 1 r /etc/motd")
        shell.want("ok", "map 1 r")
        shell.want("ok", "open 2 w /etc/motd")
        shell.want("ok", "write 2 HELLO")
        shell.want("HELLO", "read 1 10 0")
        shell.want("hello", "load 1 5 0")
        shell.want("ok", "map 2 s")
        shell.want("ok", "store 2 J 0")
        shell.want("JELLO", "read 1 10 0")
        shell.want("ok", "remove /etc/motd")
        shell.want("JELLO", "read 1 10 0")
        shell.want("file 5 0", "stat 1")
        shell.want("ok", "open 3 r /etc/passwd")
        shell.want("ok", "remove /etc/passwd")
        shell.want("file 25 0", "stat 3")
        shell.want("root", "read 3 4 0")


def test_attributes_are_changed_without_the_data():
    def fill(host):
        with open(f"{host}/large", "wb") as file:
            for _ in range(200):
                file.write(b"data" * (1 << 18))

    # The machine could not hold it.
    with machine(fill, ("--mem", "128M")) as shell:
        shell.want("ok", "mode /large 600")
        shell.want("ok", "owner /large 7")
        shell.want("ok", "old /large")
        shell.want("ok", "link /large /second")
        shell.want("ok", "move /large /moved")
        shell.want("file 209715200 2", "look /second")
        shell.want("ENOSPC", "open 1 w /moved")
        shell.want("file 209715200 2", "look /second")
        shell.want("ok", "short /second 3")
        shell.want("file 3 2", "look /moved")


def test_a_copy_that_does_not_fit_leaves_the_file():
    def fill(host):
        with open(f"{host}/f", "wb") as file:
            file.write(b"x" * (8 << 20))

    with machine(fill, ("--root-size", "10M")) as shell:
        shell.want("ok", "open 1 wc /filler")
        shell.want("ok", "cut 1 4194304")
        shell.want("ok", "map 1 s")
        shell.want("ok", "store 1 a 0")
        shell.want("ok", "open 2 w /f")
        shell.want("ok", "write 2 y")
        shell.want("yxx", "read 2 3 0")
        shell.want("ok", "remove /f")
        shell.want("ok", "close 2")

    with machine(fill, ("--root-size", "4M")) as shell:
        shell.want("ENOSPC", "open 1 w /f")
        shell.want("file 8388608 1", "look /f")
        shell.want("ok", "open 1 r /f")
        shell.want("xxx", "read 1 3 8388605")
        shell.want("ok", "open 2 wt /f")
        shell.want("file 0 1", "look /f")
        shell.want("", "read 1 3 0")


def test_sparse_files_stay_sparse():
    def fill(host):
        with open(f"{host}/f", "wb") as file:
            file.truncate(64 << 20)
            file.seek(32 << 20)
            file.write(b"middle")

    with machine(fill, ("--mem", "64M", "--root-size", "0")) as shell:
        shell.want("ok", "open 1 w /f")
        shell.want("middle", f"read 1 6 {32 << 20}")
        shell.want("file 67108864 1", "stat 1")


def test_threads_change_one_folder():
    def fill(host):
        os.mkdir(f"{host}/d")
        for i in range(64):
            put(f"{host}/d/f{i}", "below")

    for cpus in ("1", "4"):
        with folder() as host:
            fill(host)
            before = state(host)
            result = run("overlay_threads", options=("--root-ro", host, "--cpus", cpus))
            expect(result, 0, b"ok\n")
            check(state(host) == before, "the host's folder has changed")


def test_many_names_are_listed_once():
    def fill(host):
        os.mkdir(f"{host}/d")
        for i in range(3000):
            put(f"{host}/d/below-{i}", "")

    with machine(fill) as shell:
        for i in range(0, 3000, 3):
            shell.want("ok", f"remove /d/below-{i}")
        for i in range(0, 3000, 6):
            shell.want("ok", f"open 1 wc /d/below-{i}")
            shell.want("ok", "close 1")
        for i in range(1, 3000, 6):
            shell.want("ok", f"mode /d/below-{i} 600")
        for i in range(500):
            shell.want("ok", f"symlink x /d/new-{i}")
        wanted = {f"below-{i}" for i in range(3000) if i % 3 != 0 or i % 6 == 0}
        wanted |= {f"new-{i}" for i in range(500)}
        check(set(names(shell, "/d")) == wanted, "the listing is right")


def test_places_of_a_listing_lead_back():
    with folder() as host:
        os.mkdir(f"{host}/d")
        for i in range(400):
            put(f"{host}/d/below-{i}", "")
        result = run("list_backwards", "/d", "100", options=("--root-ro", host))
        expect(result, 0, b"502 names, 0 wrong\n")


def test_data_that_cannot_be_read_is_not_copied():
    """The loop-back interface has no speed: a file of 4096 bytes by its size, but reading fails."""
    host = "/sys/devices/virtual/net/lo"
    try:
        get(f"{host}/speed")
        return
    except OSError as error:
        if error.errno != errno.EINVAL:
            return
    with Shell(options=("--root-ro", host)) as shell:
        shell.want("EINVAL", "cat /speed")
        for _ in range(2):
            shell.want("EINVAL", "open 1 w /speed")
        shell.want("file 4096 1", "look /speed")
        shell.want("EINVAL", "cat /speed")
        shell.want("ok", "open 1 wa /type")
        shell.want("ok", "open 2 wt /speed")
        shell.want("ok", "write 2 1000")
        shell.want("1000", "cat /speed")
        check("speed" in names(shell, "/"), "it has its name")


def test_beside_shares():
    with folder() as host, folder() as other:
        os.mkdir(f"{host}/etc")
        put(f"{other}/f", "shared")
        with Shell(f"{other}:/data/in", options=("--root-ro", host)) as shell:
            shell.want("shared", "cat /data/in/f")
            shell.want("ok", "open 1 wc /data/in/out")
            shell.want("ok", "open 2 wc /data/out")
            shell.want("EXDEV", "link /data/out /data/in/link")
        check(sorted(os.listdir(other)) == ["f", "out"], "a share is written")
        check(os.listdir(host) == ["etc"], "the root is not")


def test_wrong_options_are_one_line():
    with folder() as host:
        put(f"{host}/file", "")
        wrong = ((("--root-ro", f"{host}/none"), b"--root-ro '%s/none': No such file"),
                 (("--root-ro", f"{host}/file"), b"--root-ro '%s/file': not a folder"),
                 (("--root-ro", host, "--root", host), b"--root-ro and --root exclude"),
                 (("--root-ro", host, "--initrd", "x"), b"--root-ro and --initrd exclude"),
                 (("--root-ro", host, "--cwd", "/none"), b"no such folder"))
        for options, message in wrong:
            result = run("file_shell", options=options)
            expect(result, 125, b"")
            message = message.replace(b"%s", host.encode())
            check(message in result.err and result.err.count(b"\n") == 1, message.decode(), result)
        put(f"{host}/tmp", "a file")
        result = run("file_shell", options=("--root-ro", host), stdin=b"list /\n")
        check(result.status == 125 and b"/tmp is not a folder" in result.err, "/tmp", result)


main(globals())
