#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Shared folders: options, what the host changes while files are open, and that nothing else of
the host can be reached. By 9P, or by virtio-fs with HERMIT_TEST_VIA=virtiofs."""

import errno
import os
import random
import signal
import subprocess
import time
import zlib

from hermit import (AS_SOMEBODY, PROGRAMS, check, children, command, command_line, expect, folder,
                    main, run, wait_until)
from shell import VIA, Shell, get, in_folder, put, take_turns
from small_disk import on_small_disk


def hidden(place):
    return [name for name in os.listdir(place) if name.startswith(".hermit-deleted-")]


def test_files_are_read_and_written_where_they_lie():
    for machine in ("microvm", "q35"):
        with folder() as host, Shell(host, options=("--machine", machine)) as shell:
            put(f"{host}/in.dat", "from the host")
            shell.want("ok", f"goto {host}")
            shell.want("from the host", "cat in.dat")
            shell.want("ok", "open 1 wc out.dat")
            shell.want("ok", "write 1 result")
            check(get(f"{host}/out.dat") == "result", "the host sees it at once")
            shell.want("ok", "make sub")
            shell.want("ok", "move out.dat sub/moved")
            check(get(f"{host}/sub/moved") == "result", "renamed")
            shell.want("file 6 1", "stat 1")
            shell.want("ok", "symlink sub/moved link")
            shell.want("result", "cat link")
            check(os.readlink(f"{host}/link") == "sub/moved", "a link of the host's")
            shell.want("ok", "link sub/moved second")
            check(os.stat(f"{host}/second").st_nlink == 2, "a hard link")
            shell.want("ok", "remove second")
            shell.want("ok", "remove sub/moved")
            shell.want("ok", "close 1")
            shell.want("ok", "rmdir sub")
            check(sorted(os.listdir(host)) == ["in.dat", "link"], "what was removed is gone")


def test_extended_attributes_are_the_hosts():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "text")
        os.mkdir(f"{host}/sub")
        for path in ("f", "sub"):
            os.setxattr(f"{host}/{path}", "user.from.host", b"seen")
            shell.want("seen", f"tagged {path} user.from.host")
            shell.want("ok", f"tag {path} user.from.machine value")
            check(os.getxattr(f"{host}/{path}", "user.from.machine") == b"value", "the host sees it")
            check(sorted(shell.ask(f"tags {path}").split()) ==
                  ["user.from.host", "user.from.machine"], "both are listed")
            shell.want("ok", f"untag {path} user.from.host")
            check(os.listxattr(f"{host}/{path}") == ["user.from.machine"], "it is gone")
            os.setxattr(f"{host}/{path}", "user.from.machine", b"changed")
            shell.want("changed", f"tagged {path} user.from.machine")
            os.removexattr(f"{host}/{path}", "user.from.machine")
            shell.want("ENODATA", f"tagged {path} user.from.machine")
            shell.want("", f"tags {path}")
        os.symlink("f", f"{host}/link")
        shell.want("EPERM", "tag link user.a value")
        shell.want("ok", "remove f")
        shell.want("ENOENT", "tagged f user.from.machine")


def test_extended_attributes_of_a_folder_that_is_only_read():
    with folder() as host, Shell(f"{host}:/d:ro", options=("--cwd", "/d")) as shell:
        put(f"{host}/f", "text")
        os.setxattr(f"{host}/f", "user.a", b"seen")
        shell.want("seen", "tagged f user.a")
        shell.want("EROFS", "tag f user.a other")
        shell.want("EROFS", "untag f user.a")
        check(os.getxattr(f"{host}/f", "user.a") == b"seen", "it is as it was")


def test_where_and_how_folders_are_shared():
    with folder() as host, folder() as other:
        put(f"{host}/a", "1")
        put(f"{other}/b", "2")
        os.mkdir(f"{host}/inner")
        with Shell(f"{host}:/deep/er/data", f"{other}:/deep/er/data/inner:ro",
                   options=("--cwd", "/deep/er/data")) as shell:
            shell.want("1", "cat a")
            shell.want("2", "cat /deep/er/data/inner/b")
            shell.want("EROFS", "open 1 wc inner/new")
            shell.want("EROFS", "remove inner/b")
            shell.want("EROFS", "open 1 w inner/b")
            shell.want("EROFS", "make inner/folder")
            shell.want("EBUSY", "rmdir inner")
            shell.want("ok", "open 1 wc new")
            shell.want("er ", "list /deep")


def test_wrong_options_are_one_line():
    with folder() as host:
        put(f"{host}/file", "")
        wrong = ((f"{host}/none", b"No such file"), (f"{host}/file", b"not a folder"),
                 (f"{host}:/", b"'/' cannot be"), (f"{host}:/proc/x", b"/proc is the machine's"),
                 (f"{host}:/a/../b", b"without '..'"), (f"{host},cache=x", b"cache=x"))
        for value, message in wrong:
            result = run("file_shell", options=("--share", value))
            expect(result, 125, b"")
            check(message in result.err and result.err.count(b"\n") == 1, message.decode(), result)
        result = run("file_shell", options=("--share", f"{host}:/d", "--cwd", "/d/none"))
        check(result.status == 125 and b"no such folder" in result.err, "no such folder", result)


def test_changes_of_the_host_are_seen():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "one")
        shell.want("one", "cat f")
        put(f"{host}/f", "longer than before")
        shell.want("longer than before", "cat f")
        put(f"{host}/new", "replaced")
        os.rename(f"{host}/new", f"{host}/f")
        shell.want("replaced", "cat f")
        os.remove(f"{host}/f")
        shell.want("ENOENT", "cat f")
        shell.want("", "list .")
        put(f"{host}/f", "again")
        shell.want("again", "cat f")
        os.remove(f"{host}/f")
        os.mkdir(f"{host}/f")
        shell.want("EISDIR", "cat f")
        os.rmdir(f"{host}/f")
        os.symlink("g", f"{host}/f")
        put(f"{host}/g", "by a link")
        shell.want("by a link", "cat f")


def test_open_files_keep_their_identity():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "old")
        shell.want("ok", "open 1 w f")
        os.rename(f"{host}/f", f"{host}/elsewhere")
        put(f"{host}/f", "new")
        shell.want("old", "read 1 10 0")
        shell.want("ok", "open 2 r f")
        shell.want("new", "read 2 10 0")
        os.remove(f"{host}/elsewhere")
        shell.want("old", "read 1 10 0")
        time.sleep(1.2)  # attributes would be asked for again
        shell.want("old", "read 1 10 0")
        shell.want("ok", "map 1 s")
        shell.want("old", "load 1 3 0")
        shell.want("ok", "unmap 1")
        shell.want("ok", "write 1 OLD")
        shell.want("OLD", "read 1 10 0")
        check(get(f"{host}/f") == "new", "the other file is as it was")


def test_deleted_files_live_while_they_are_open():
    with folder() as host, in_folder(host) as shell:
        os.mkdir(f"{host}/sub")
        shell.want("ok", "open 1 wc sub/f")
        shell.want("ok", "write 1 content")
        shell.want("ok", "remove sub/f")
        shell.want("file 7 0", "stat 1")
        shell.want("ok", "cut 1 3")
        shell.want("con", "read 1 10 0")
        shell.want("ENOENT", "look sub/f")
        shell.want("sub ", "list .")
        check(os.listdir(f"{host}/sub") == [], "it has no name there")
        if VIA == "9p":
            check(len(hidden(host)) == 1, "a hidden name")
            shell.want("ENOENT", f"look {hidden(host)[0]}")
        else:
            check(os.listdir(host) == ["sub"], "no other name")
        shell.want("ok", "rmdir sub")
        shell.want("ok", "close 1")
        check(os.listdir(host) == [], "nothing is left")

        put(f"{host}/a", "a")
        put(f"{host}/b", "b")
        shell.want("ok", "open 2 r b")
        shell.want("ok", "move a b")
        check(get(f"{host}/b") == "a", "replaced")
        shell.want("b", "read 2 1 0")
        shell.want("file 1 0", "stat 2")
        shell.want("ok", "close 2")
        check(os.listdir(host) == ["b"], "nothing is left")


def test_a_program_that_ends_leaves_no_hidden_names():
    with folder() as host:
        with in_folder(host) as shell:
            shell.want("ok", "open 1 wc f")
            shell.want("ok", "remove f")
            check(len(hidden(host)) == (1 if VIA == "9p" else 0), "a hidden name")
        check(os.listdir(host) == [], "nothing is left")


def test_nothing_outside_can_be_reached():
    with folder() as place:
        host = f"{place}/shared"
        os.mkdir(host)
        put(f"{place}/secret", "secret")
        os.symlink("../secret", f"{host}/up")
        os.symlink(f"{place}/secret", f"{host}/absolute")
        os.symlink("..", f"{host}/parent")
        os.symlink("/", f"{host}/root")
        with in_folder(host) as shell:
            for path in ("up", "absolute", "../secret", "parent/secret", "root" + place + "/secret",
                         f"{place}/secret", "/d/../secret", "parent/d/../../secret"):
                shell.want("ENOENT", f"cat {path}")
            shell.want(f"{place}/secret", "readlink absolute")
            shell.want("ENOENT", "open 1 wc up/x")
            shell.want("ENOENT", "link ../secret here")
            shell.want("ok", "symlink ../secret own")
            shell.want("ENOENT", "cat own")
            shell.want("EXDEV", "move /tmp x")
        check(get(f"{place}/secret") == "secret", "untouched")


def outside(place):
    """A shared folder beside a secret, and what a program may answer to a way to the latter."""
    os.mkdir(f"{place}/shared")
    os.mkdir(f"{place}/other")
    put(f"{place}/secret", "secret")
    put(f"{place}/other/f", "secret")
    return f"{place}/shared"


def test_proc_leads_nowhere():
    with folder() as place:
        host = outside(place)
        os.symlink("/proc/self/comm", f"{host}/comm")
        os.symlink("/proc/1/root", f"{host}/root")
        os.symlink(f"/proc/{os.getpid()}/cwd", f"{host}/cwd")
        with in_folder(host) as shell:
            shell.want("ok", "open 1 wc f")
            shell.want("sys_file_shell.", "cat comm")
            shell.process.stdout.readline()  # the file's own newline
            for path in ("/proc/self/cwd/../secret", f"/proc/self/root{place}/secret",
                         f"/proc/self/cwd/../../{place}/secret", f"root{place}/secret",
                         "cwd/secret", f"/proc/{os.getpid()}/cwd/secret"):
                shell.want("ENOENT", f"cat {path}")
            shell.want("ENOTDIR", "cat /proc/self/fd/1/../secret")
            shell.want("ENOENT", "cat /proc/self/fd/99")


def test_folders_that_become_links_lead_nowhere():
    with folder() as place:
        host = outside(place)
        os.mkdir(f"{host}/sub")
        put(f"{host}/sub/f", "inside")
        with Shell(f"{host}:/d,cache=always", options=("--cwd", "/d/sub")) as shell:
            shell.want("inside", "cat f")
            shell.want("inside", "cat /d/sub/f")
            # What the program knows to be a folder is a link to one outside, by now.
            os.rename(f"{host}/sub", f"{host}/gone")
            os.symlink("../other", f"{host}/sub")
            for question in ("cat f", "cat /d/sub/f", "cat /d/sub/none", "look none", "make d",
                             "open 1 wc new", "remove f", "move f g", "list /d/sub", "short f 0",
                             "mode f 777", "link f g", "symlink a b"):
                answer = shell.ask(question)
                check("secret" not in answer and answer != "f ", f"{question}: {answer}")
        check(os.listdir(f"{place}/other") == ["f"] and get(f"{place}/other/f") == "secret",
              "untouched")


def test_a_file_that_becomes_a_link_leads_nowhere():
    with folder() as place:
        host = outside(place)
        put(f"{host}/f", "inside")
        with in_folder(host, cache="always") as shell:
            shell.want("file 6 1", "look f")
            os.remove(f"{host}/f")
            os.symlink("../secret", f"{host}/f")
            for question in ("cat f", "open 1 w f", "short f 0", "mode f 777", "old f"):
                answer = shell.ask(question)
                # By virtio-fs it is still the file that was there, though it has no name any more.
                check(answer.startswith("E") or question in ("mode f 777", "old f") or
                      (VIA == "virtiofs" and answer in ("inside", "ok")), f"{question}: {answer}")
        status = os.stat(f"{place}/secret")
        check(get(f"{place}/secret") == "secret" and status.st_mtime > 1 and
              status.st_mode & 0o777 != 0o777, "untouched")


def test_a_shared_folder_that_moves_stays_the_same():
    with folder() as place:
        host = outside(place)
        put(f"{host}/f", "inside")
        with in_folder(host, cache="none") as shell:
            shell.want("inside", "cat f")
            os.rename(host, f"{place}/moved")
            os.rename(f"{place}/other", host)
            shell.want("inside", "cat f")
            shell.want("ok", "open 1 wc new")
            shell.want("ENOENT", "cat ../secret")
            shell.want("ENOENT", "cat ../other/f")
        check(os.path.exists(f"{place}/moved/new") and os.listdir(host) == ["f"], "the same folder")


def test_a_shared_folder_that_is_removed_is_empty():
    with folder() as place:
        host = f"{place}/shared"
        os.mkdir(host)
        with in_folder(host, cache="none") as shell:
            shell.want("", "list .")
            os.rmdir(host)
            shell.want("ENOENT", "open 1 wc f")
            shell.want("ENOENT", "cat f")
            shell.want("ENOENT", "make d")
            os.mkdir(host)
            shell.want("ENOENT", "open 1 wc f")


def test_nodes_are_the_machines_own():
    with folder() as host:
        os.mkfifo(f"{host}/fifo")
        with in_folder(host) as shell:
            # A reader of the host's would now wait for a writer there.
            shell.want("ok", "open 1 w fifo")
            writer = None
            try:
                writer = os.open(f"{host}/fifo", os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                check(error.errno == errno.ENXIO, f"nobody reads it: {error}")
            check(writer is None, "the host's FIFO was opened")
            shell.want("ok", "close 1")
            made = shell.ask("disk disk")
            check(made == "ok" or made.startswith("E"), made)
            if made == "ok":
                shell.want("ENXIO", "cat disk")


def test_a_share_for_reading_refuses_all_changes():
    with folder() as host:
        put(f"{host}/f", "kept")
        os.mkdir(f"{host}/sub")
        os.symlink("f", f"{host}/link")
        before = {name: os.lstat(f"{host}/{name}") for name in (".", "f", "sub", "link")}
        with Shell(f"{host}:/d:ro", options=("--cwd", "/d")) as shell:
            shell.want("kept", "cat f")
            shell.want("kept", "cat link")
            shell.want("ok", "open 1 r f")
            for change in ("open 2 w f", "open 2 wc new", "open 2 rt f", "short f 0", "cut 1 0",
                           "mode f 777", "owner f 1", "old f", "remove f", "rmdir sub", "make new",
                           "move f g", "move sub/f f", "link f g", "symlink f g", "fifo g",
                           "disk g", "mode . 777", "old ."):
                answer = shell.ask(change)
                wanted = {"cut 1 0": ("EINVAL",), "move sub/f f": ("EROFS", "ENOENT")}
                check(answer in wanted.get(change, ("EROFS",)), f"{change}: {answer}")
            shell.want("kept", "cat f")
        for name, status in before.items():
            now = os.lstat(f"{host}/{name}")
            check((now.st_mode, now.st_size, now.st_mtime_ns, now.st_uid, now.st_ctime_ns) ==
                  (status.st_mode, status.st_size, status.st_mtime_ns, status.st_uid,
                   status.st_ctime_ns), f"{name} is as it was")


def test_two_machines_share_a_folder():
    with folder() as host:
        with in_folder(host) as one, in_folder(host) as two:
            take_turns(one, two, 5)
            one.want("ok", "open 2 r f")
            two.want("ok", "move f g")
            one.want("turn-4", "read 2 100 0")
            one.want("ENOENT", "cat f")
            one.want("turn-4", "cat g")


def test_folders_are_synced():
    with folder() as host, in_folder(host) as shell:
        os.mkdir(f"{host}/sub")
        shell.want("ok", "open 1 r sub")
        shell.want("ok", "sync 1")
        shell.want("ok", "open 2 wc sub/f")
        shell.want("ok", "sync 1")
        os.remove(f"{host}/sub/f")
        shell.want("ok", "open 3 r sub")
        os.rmdir(f"{host}/sub")
        # The server opens the folder for the request: only its node leads to this one now.
        shell.want("ESTALE" if VIA == "9p" else "ok", "sync 3")
        shell.want("ok", "sync 1")
        shell.want("ok", "make own")
        shell.want("ok", "open 4 r own")
        shell.want("ok", "rmdir own")
        shell.want("ok", "sync 4")


def test_two_machines_append_to_one_file():
    """No bytes are lost, and whoever asks for the end gets the host's."""
    with folder() as host:
        with in_folder(host) as one, in_folder(host) as two:
            one.want("ok", "open 1 wca f")
            two.want("ok", "open 1 wca f")
            text = ""
            for turn in range(6):
                for shell, word in ((one, f"one-{turn};"), (two, f"two-{turn};")):
                    shell.want("ok", f"write 1 {word}")
                    text += word
                    check(get(f"{host}/f") == text, f"appended: {get(f'{host}/f')}")
            with open(f"{host}/f", "a", encoding="utf-8") as file:
                file.write("host;")
            text += "host;"
            for shell, word in ((one, "x" * 5000), (two, "y" * 10)):
                shell.want("ok", f"write 1 {word}")
                text += word
                shell.want(f"file {len(text)} 1", "stat 1")
                check(get(f"{host}/f") == text, "appended behind the host's")
                shell.want(text[-10:], f"read 1 10 {len(text) - 10}")
            for shell in (one, two):
                shell.want("ok", "open 2 r f")
                shell.want(text, "read 2 65536 0")


def test_appended_bytes_are_read_back():
    """Pages that are kept here, and mappings, get what is appended."""
    with folder() as host:
        put(f"{host}/f", "begin;")
        with in_folder(host) as shell:
            shell.want("ok", "open 1 wa f")
            shell.want("ok", "open 2 r f")
            text = "begin;"
            shell.want("ok", "map 2 r")
            for turn in range(5):
                shell.want(text, "read 2 100 0")
                shell.want("ok", f"write 1 {turn};")
                text += f"{turn};"
                shell.want(text, f"load 2 {len(text)} 0")
            shell.want("ok", "map 1 s")
            shell.want("ok", "store 1 BEGIN 0")
            shell.want("ok", "write 1 end")
            shell.want("BEGIN" + text[5:] + "end", "read 2 100 0")
            shell.want("ok", "msync 1")
            check(get(f"{host}/f") == "BEGIN" + text[5:] + "end", "both are at the host")


def test_names_that_the_host_moves_are_asked_for_again():
    with folder() as host, in_folder(host) as shell:
        os.mkdir(f"{host}/sub")
        shell.want("ok", "open 1 wc f")
        shell.want("ok", "open 2 wc sub/f")
        for place in ("f", "sub/f"):  # after a write, attributes are asked for
            shell.want("file 0 1", f"look {place}")
        shell.want("ok", "write 1 x")
        shell.want("ok", "write 2 x")
        os.rename(f"{host}/f", f"{host}/g")
        os.rename(f"{host}/sub", f"{host}/other")
        answer = shell.ask("look f")
        # A server of virtio-fs knows the file itself: its name is believed for a second.
        check(answer in (("ENOENT",) if VIA == "9p" else ("ENOENT", "file 1 1")), answer)
        answer = shell.ask("look sub/f")
        check(answer in (("ENOENT",) if VIA == "9p" else ("ENOENT", "file 1 1")), answer)
        shell.want("file 1 1", "look g")
        shell.want("ok", "write 1 y")
        put(f"{host}/new", "longer")
        os.rename(f"{host}/new", f"{host}/g")
        answer = shell.ask("look g")
        check(answer in (("file 6 1",) if VIA == "9p" else ("file 6 1", "file 2 0")), answer)


def test_mappings_and_the_host():
    with folder() as host:
        put(f"{host}/f", "from the host")
        with in_folder(host) as shell:
            shell.want("ok", "open 1 w f")
            shell.want("ok", "map 1 s")
            shell.want("from the host", "load 1 13 0")
            shell.want("ok", "store 1 FROM 0")
            shell.want("ok", "msync 1")
            check(get(f"{host}/f") == "FROM the host", "msync brings it to the host")
            shell.want("ok", "store 1 THE 5")
            shell.want("FROM THE host", "read 1 13 0")
            shell.want("ok", "close 1")
            check(get(f"{host}/f") == "FROM THE host", "close does, too")
            shell.want("ok", "store 1 HOST 9")
            shell.want("ok", "unmap 1")
            check(get(f"{host}/f") == "FROM THE HOST", "and the mapping's end")

            shell.want("ok", "open 2 r f")
            shell.want("ok", "map 2 p")
            put(f"{host}/f", "from somebody else")
            shell.want("ok", "open 3 r f")
            shell.want("from somebody else", "load 2 18 0")
            shell.want("from somebody else", "read 2 18 0")
            shell.want("ok", "open 4 w f")
            shell.want("ok", "map 4 s")
            shell.want("ok", "store 4 last 0")
        check(get(f"{host}/f") == "last somebody else", "the program's end is enough")


def test_msync_writes_its_range():
    with folder() as host:
        put(f"{host}/f", "." * 20000)
        with in_folder(host) as shell:
            shell.want("ok", "open 1 w f")
            shell.want("ok", "map 1 s")
            for page in range(4):
                shell.want("ok", f"store 1 page{page} {4096 * page}")
            shell.want("ok", "msync 1 4096 8192")
            seen = get(f"{host}/f")
            check(seen[8192:8197] == "page2" and seen.count("page") == 1, "the third page alone")
            shell.want("ok", "msync 1")
            check(get(f"{host}/f").count("page") == 4, "all")


def test_stores_are_written_back_by_time():
    for cpus in ("1", "4"):
        with folder() as host:
            put(f"{host}/f", "." * 9000)
            with Shell(f"{host}:/d", options=("--cwd", "/d", "--cpus", cpus)) as shell:
                expiry = "/proc/sys/vm/dirty_expire_centisecs"
                shell.want("3000", f"cat {expiry}")
                shell.process.stdout.readline()  # the file's own newline
                shell.want("ok", f"open 2 w {expiry}")
                shell.want("ok", "open 1 w f")
                shell.want("ok", "map 1 s")
                shell.want("ok", "store 1 one 0")
                time.sleep(1)
                check("one" not in get(f"{host}/f"), "it is not yet time")
                shell.want("ok", "write 2 50")
                check(wait_until(lambda: "one" in get(f"{host}/f"), 20), "soon, now")
                for word in ("two", "three"):  # a pass that has not ended yet may take it along
                    shell.want("ok", f"store 1 {word} 5000")
                    # pylint: disable-next=cell-var-from-loop
                    check(wait_until(lambda: word in get(f"{host}/f"), 20), f"{word} by time")


def test_advice_is_taken():
    with folder() as host:
        put(f"{host}/f", "old" * 10000)
        with in_folder(host, cache="always") as shell:
            shell.want("ok", "open 1 w f")
            shell.want("ok", "need 1 12288 4096")
            put(f"{host}/f", "new" * 10000)
            shell.want("new", "read 1 3 0")
            for page in (1, 2, 3):
                shell.want("old", f"read 1 3 {3 * (4096 * page // 3 + 2)}")
            shell.want("ok", "drop 1 8192 4097")
            for page, word in ((1, "old"), (2, "new"), (3, "old")):
                shell.want(word, f"read 1 3 {3 * (4096 * page // 3 + 2)}")
            shell.want("ok", "map 1 s")
            shell.want("ok", "store 1 own 12300")
            shell.want("ok", "drop 1 0 0")
            check(get(f"{host}/f")[12300:12303] == "own", "what is dirty is written first")
            shell.want("new", "read 1 3 4098")
            shell.want("own", "load 1 3 12300")


def test_cache_modes():
    with folder() as host:
        put(f"{host}/f", "one")
        with in_folder(host, cache="none") as shell:
            shell.want("ok", "open 1 w f")
            shell.want("one", "read 1 3 0")
            put(f"{host}/f", "two")
            shell.want("two", "read 1 3 0")
            shell.want("EINVAL", "map 1 s")
            shell.want("ok", "map 1 p")
            shell.want("two", "load 1 3 0")
            put(f"{host}/f", "six")
            shell.want("ok", "open 2 r f")
            shell.want("ok", "map 2 r")
            shell.want("six", "load 2 3 0")
        with in_folder(host, cache="always") as shell:
            shell.want("ok", "open 1 w f")
            shell.want("six", "read 1 3 0")
            put(f"{host}/f", "ten")
            shell.want("ok", "open 2 r f")
            shell.want("six", "read 2 3 0")
            shell.want("ok", "write 1 own")
            shell.want("own", "read 2 3 0")
            check(get(f"{host}/f") == "own", "what is written is at the host at once")


def test_a_file_larger_than_memory_is_mapped():
    pages = 30000
    with folder() as host:
        with open(f"{host}/f", "wb") as file:
            for page in range(pages):
                file.write(page.to_bytes(8, "little") + bytes(4088))
        for cpus in ("1", "4"):
            result = run("mapped_pages", "/d/f", str(pages), "40", limit=240,
                         options=("--share", f"{host}:/d,via={VIA}", "--mem", "64M",
                                  "--cpus", cpus))
            expect(result, 0, b"0 wrong\n0 wrong\n0 wrong\n")
            with open(f"{host}/f", "r+b") as file:
                for page in range(pages):
                    file.seek(4096 * page)
                    got = int.from_bytes(file.read(8), "little")
                    check(got == 2 * page, f"page {page} holds {got}")
                    file.seek(4096 * page)
                    file.write(page.to_bytes(8, "little"))


def test_a_full_disk_is_said_by_each_call():
    def full(_disk, shell, _host):
        shell.want("ok", "open 1 wc mapped")
        shell.want("ok", "cut 1 60000")
        shell.want("ok", "map 1 s")
        shell.want("ok", "open 2 wc fill")
        answers = [shell.ask("write 2 " + "x" * 16000) for _ in range(20)]
        check(set(answers) == {"ok", "ENOSPC"} and answers[-1] == "ENOSPC", str(answers))
        for call in ("msync 1", "sync 1", "msync 1 4096 8192"):
            shell.want("ok", "store 1 kept 10000")
            shell.want("ENOSPC", call)
        shell.want("kept", "load 1 4 10000")
        shell.want("kept", "read 1 4 10000")
        shell.want("ENOSPC", "close 1")
        shell.want("ok", "open 3 w mapped")
        shell.want("ok", "cut 2 1000")
        shell.want("ok", "sync 3")
        shell.want("ok", "unmap 1")
        shell.want("ok", "close 3")
        shell.want("ok", "open 3 r mapped")
        shell.want("kept", "read 3 4 10000")
        shell.want("ok", "write 2 again")
    on_small_disk("size=256k", full)


def killed(choose, moments):
    """What a program had made durable is there after the process that choose(launcher, machine)
    names was killed, at some moments."""
    for moment in moments:
        with folder() as host:
            line = command("durable", "/d/f", options=("--share", f"{host}:/d,via={VIA}",
                                                       "--cpus", "4"))
            with subprocess.Popen(line, stdout=subprocess.PIPE) as process:
                first = process.stdout.readline()
                time.sleep(moment)
                machine, = children(process.pid, "qemu-system")
                os.kill(choose(process.pid, machine), signal.SIGKILL)
                said = first + process.stdout.read()
            check(wait_until(lambda: not command_line(machine), 60), "the machine is gone")
            lines = said.splitlines(True)
            with open(f"{host}/f", "rb") as file:
                data = file.read()
            for line in lines[:-1] if not said.endswith(b"\n") else lines:
                at = int(line) * len(line)
                check(data[at:at + 9] == line, f"{line} of {len(lines)} is {data[at:at + 9]}")


def test_what_was_synced_survives_the_launcher():
    killed(lambda launcher, machine: launcher, (0, 0.5, 2))


def test_what_was_synced_survives_the_machine():
    killed(lambda launcher, machine: machine, (0, 0.5, 2))


def random_operations(count, share, options):
    """Files that were changed at random are at the host as the program's model says."""
    name = "random_operations_follow_a_model"
    program = PROGRAMS.parent / "posix" / f"posix_{name}.hermit"
    seed = str(random.randrange(1 << 32))
    with folder() as host:
        result = run(program, str(count), seed, limit=240,
                     options=("--share", f"{host}:/d{share},via={VIA}",
                              "--env", "TEST_SCRATCH=/d", *options))
        expect(result, 0)
        place, = os.scandir(host)
        lines = [line.split() for line in result.out.decode().splitlines()]
        files = {line[0]: line[1:] for line in lines if len(line) == 3 and line[1].isdigit()}
        check(files.keys() == set(os.listdir(place)) - {"log"}, "these files", result)
        for name, said in files.items():
            with open(f"{place.path}/{name}", "rb") as file:
                data = file.read()
            seen = [str(len(data)), f"{zlib.crc32(data):08x}"]
            check(seen == said, f"{name} is {seen} with seed {seed}", result)


def test_random_operations_arrive_at_the_host():
    random_operations(40000, "", ("--cpus", "4"))


def test_random_operations_with_little_memory():
    random_operations(16000, "", ("--cpus", "4", "--mem", "48M"))


def test_random_operations_without_a_cache():
    random_operations(8000, ",cache=none", ("--cpus", "2"))


def test_names_of_all_kinds():
    with folder() as host, in_folder(host) as shell:
        for name in ("x" * 255, "a,b:c", "\u00fc" * 127, "..x", "-", "tab\there"):
            shell.want("ok", f"open 1 wc {name}")
            check(os.path.exists(f"{host}/{name}"), name)
            shell.want(f"{name} ", "list .")
            shell.want("ok", "close 1")
            shell.want("ok", f"remove {name}")
        shell.want("ENAMETOOLONG", "open 1 wc " + "x" * 256)


def test_a_comma_in_the_folders_name():
    with folder() as place:
        host = f"{place}/a,b"
        os.mkdir(host)
        put(f"{host}/f", "found")
        with Shell(f"{host}:/d") as shell:
            shell.want("found", "cat /d/f")


def test_rights_are_the_callers():
    if os.geteuid() != 0:
        return
    with folder() as host:
        os.chmod(host, 0o755)
        os.mkdir(f"{host}/open")
        os.chmod(f"{host}/open", 0o777)
        # The launcher as somebody else, who may not read what is root's.
        line = [*AS_SOMEBODY, *command("file_shell", options=("--share", f"{host}/open:/d,via={VIA}"))]
        process = subprocess.run(line, input=b"open 1 wc /d/f\nwrite 1 mine\nlook /d/f\n",
                                 capture_output=True, check=False)
        if b"ermission denied" in process.stderr:
            return  # that user cannot read the image here
        check(process.stdout == b"ok\nok\nfile 4 1\n", f"{process}")
        check(os.stat(f"{host}/open/f").st_uid == 12345, "made as the caller")


main(globals())
