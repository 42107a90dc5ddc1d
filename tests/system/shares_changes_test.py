#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Shared folders that others change, too: the host while files are open, a second machine, and a
second run. By 9P, or by virtio-fs with HERMIT_TEST_VIA=virtiofs."""

import os
import subprocess
import time

from hermit import PROGRAMS, SCALE, check, command, folder, main
from shell import VIA, get, in_folder, put, take_turns

TRUSTED = 1.2  # seconds after which names and attributes are asked for again


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def test_a_log_that_the_host_writes_is_followed():
    for cache, pause in (("close-to-open", TRUSTED), ("none", 0)):
        with folder() as host, in_folder(host, cache=cache) as shell:
            put(f"{host}/log", "one,")
            shell.want("ok", "open 1 r log")
            shell.want("one,", "read 1 100 0")
            for at, word in ((4, "two,"), (8, "three,"), (14, "four,")):
                append(f"{host}/log", word)
                time.sleep(pause)
                shell.want(word, f"read 1 100 {at}")
            shell.want("file 19 1", "stat 1")


def test_a_file_that_the_host_cuts_ends_there():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "x" * 9000)
        shell.want("ok", "open 1 w f")
        shell.want("ok", "map 1 s")
        shell.want("xxx", "load 1 3 8000")
        os.truncate(f"{host}/f", 100)
        time.sleep(TRUSTED)
        shell.want("file 100 1", "stat 1")
        shell.want("x" * 10, "read 1 200 90")
        shell.want("", "read 1 10 8000")
        os.truncate(f"{host}/f", 9000)
        time.sleep(TRUSTED)
        shell.want("file 9000 1", "stat 1")
        shell.want("", "read 1 3 8000")  # zeros


def test_contents_of_the_same_size_are_seen_when_opened_again():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "a" * 50000)
        shell.want("ok", "open 1 r f")
        shell.want("aaa", "read 1 3 40000")
        time.sleep(0.05)  # the host's clock has ticks
        put(f"{host}/f", "b" * 50000)
        shell.want("ok", "open 2 r f")
        shell.want("bbb", "read 2 3 40000")
        shell.want("bbb", "read 1 3 40000")


def test_listings_follow_the_host():
    with folder() as host, in_folder(host) as shell:
        shell.want("", "list .")
        for turn in range(5):
            os.mkdir(f"{host}/d{turn}")
            put(f"{host}/d{turn}/f", "")
            names = set(shell.ask("list .").split())
            check(names == {f"d{n}" for n in range(turn + 1)}, f"{names}")
        for turn in range(5):
            os.remove(f"{host}/d{turn}/f")
            shell.want("", f"list d{turn}")
            os.rmdir(f"{host}/d{turn}")
            check(len(shell.ask("list .").split()) == 4 - turn, "one less")


def test_attributes_follow_the_host():
    with folder() as host, in_folder(host) as shell, in_folder(host, cache="none") as other:
        put(f"{host}/f", "four")
        for one in (shell, other):
            one.want("file 4 1", "look f")
        os.link(f"{host}/f", f"{host}/g")
        append(f"{host}/f", "more")
        other.want("file 8 2", "look f")
        time.sleep(TRUSTED)
        shell.want("file 8 2", "look f")
        os.remove(f"{host}/f")
        other.want("ENOENT", "look f")
        other.want("file 8 1", "look g")
        time.sleep(TRUSTED)
        shell.want("ENOENT", "look f")
        shell.want("file 8 1", "look g")


def test_names_that_were_not_there_appear():
    with folder() as host, in_folder(host) as shell:
        os.mkdir(f"{host}/sub")
        for name in ("f", "sub/f"):
            shell.want("ENOENT", f"look {name}")
            put(f"{host}/{name}", "here")
            time.sleep(TRUSTED)
            shell.want("file 4 1", f"look {name}")
        shell.want("ENOENT", "open 1 r late")
        put(f"{host}/late", "opened")  # opening asks for what it did not find
        shell.want("ok", "open 1 r late")
        shell.want("EEXIST", "open 2 wcx late")
        put(f"{host}/other", "")
        shell.want("EEXIST", "make other")


def test_folders_that_the_host_moves():
    with folder() as host, in_folder(host) as shell:
        os.makedirs(f"{host}/a/b")
        put(f"{host}/a/b/f", "content")
        shell.want("ok", "open 1 w a/b/f")
        os.rename(f"{host}/a", f"{host}/c")
        shell.want("content", "read 1 10 0")
        shell.want("ok", "write 1 CON")
        check(get(f"{host}/c/b/f") == "CONtent", "the same file")
        time.sleep(TRUSTED)
        shell.want("ENOENT", "cat a/b/f")
        shell.want("CONtent", "cat c/b/f")
        os.makedirs(f"{host}/a/b")
        put(f"{host}/a/b/f", "another")
        time.sleep(TRUSTED)
        shell.want("another", "cat a/b/f")
        shell.want("CONtent", "cat c/b/f")
        shell.want("CONtent", "read 1 10 0")


def test_a_file_that_the_host_removes_while_it_is_open():
    with folder() as host, in_folder(host) as shell:
        put(f"{host}/f", "content")
        shell.want("ok", "open 1 w f")
        os.remove(f"{host}/f")
        shell.want("content", "read 1 10 0")
        shell.want("ok", "write 1 CON")
        shell.want("CONtent", "read 1 10 0")
        shell.want("ok", "sync 1")
        time.sleep(TRUSTED)
        answer = shell.ask("stat 1")
        check(answer in (("file 7 0",) if VIA == "virtiofs" else ("ESTALE", "file 7 1")), answer)
        shell.want("CONtent", "read 1 10 0")
        shell.want("ENOENT", "cat f")
        shell.want("ok", "close 1")
        shell.want("ok", "open 1 wcx f")


def test_two_machines_append_to_one_log():
    with folder() as host, in_folder(host) as one, in_folder(host) as two:
        for machine in (one, two):
            machine.want("ok", "open 1 wac log")
        wanted = ""
        for turn in range(12):
            word = f"{turn}" * (turn + 1) + ","
            (one, two)[turn % 3 == 1].want("ok", f"write 1 {word}")
            wanted += word
        check(get(f"{host}/log") == wanted, "each at the end of all")
        for machine in (one, two):
            machine.want("ok", "close 1")
            machine.want(wanted, "cat log")


def test_one_of_two_machines_makes_a_lock_file():
    with folder() as host, in_folder(host) as one, in_folder(host) as two:
        for turn in range(6):
            first, second = (one, two) if turn % 2 else (two, one)
            first.want("ok", "open 1 wcx lock")
            second.want("EEXIST", "open 1 wcx lock")
            second.want("EEXIST", "link lock lock")
            first.want("ok", "close 1")
            first.want("ok", "remove lock")
            second.want("ENOENT", "cat lock")


def test_a_machine_replaces_what_another_has_open():
    with folder() as host, in_folder(host) as one, in_folder(host) as two:
        put(f"{host}/f", "old-content")
        one.want("ok", "open 1 w f")
        one.want("ok", "map 1 s")
        two.want("ok", "open 1 wc new")
        two.want("ok", "write 1 new-content")
        two.want("ok", "close 1")
        two.want("ok", "move new f")
        one.want("old-content", "read 1 20 0")
        one.want("ok", "store 1 OLD 0")
        one.want("ok", "msync 1")
        one.want("new-content", "cat f")
        two.want("new-content", "cat f")
        one.want("OLD-content", "read 1 20 0")
        two.want("ok", "remove f")
        one.want("ENOENT", "cat f")
        one.want("OLD-content", "load 1 11 0")


def test_stores_of_one_machine_reach_the_other():
    with folder() as host, in_folder(host) as one, in_folder(host) as two:
        put(f"{host}/f", "." * 8192)
        one.want("ok", "open 1 w f")
        one.want("ok", "map 1 s")
        for turn in range(3):
            one.want("ok", f"store 1 turn{turn} {5000 * (turn % 2)}")
            one.want("ok", "msync 1")
            two.want("ok", "open 1 r f")
            two.want(f"turn{turn}", f"read 1 5 {5000 * (turn % 2)}")
            two.want("ok", "map 1 p")
            two.want(f"turn{turn}", f"load 1 5 {5000 * (turn % 2)}")
            two.want("ok", "unmap 1")
            two.want("ok", "close 1")
            time.sleep(0.05)
        one.want("ok", "store 1 last 100")
        one.want("ok", "close 1")
        two.want("ok", "open 1 r f")
        two.want("last", "read 1 4 100")


def test_folders_of_two_machines():
    with folder() as host, in_folder(host) as one, in_folder(host) as two:
        one.want("ok", "make a")
        two.want("a ", "list .")
        two.want("ok", "open 1 wc a/f")
        two.want("EEXIST", "make a")
        one.want("ENOTEMPTY", "rmdir a")
        one.want("f ", "list a")
        one.want("ok", "move a/f a/g")
        two.want("g ", "list a")
        one.want("ok", "remove a/g")
        one.want("ok", "rmdir a")
        two.want("", "list .")
        two.want("ENOENT", "open 2 wc a/f")
        time.sleep(TRUSTED)
        two.want("ok", "make a")
        time.sleep(TRUSTED)
        one.want("", "list a")
        one.want("ok", "open 2 wcx a/f")


def test_machines_by_either_protocol():
    with folder() as host, in_folder(host, via="9p") as one, \
            in_folder(host, via="virtiofs") as two:
        take_turns(one, two, 4)
        one.want("ok", "open 2 r f")
        two.want("ok", "remove f")
        one.want("turn-3", "read 2 10 0")
        two.want("ok", "open 2 wc g")
        one.want("ok", "remove g")
        two.want("ok", "write 2 alive")
        two.want("alive", "read 2 10 0")


def test_two_runs_at_once_keep_apart():
    program = PROGRAMS.parent / "posix" / "posix_random_operations_follow_a_model.hermit"
    with folder() as host:
        line = command(program, "4000", "{}", options=(
            "--share", f"{host}:/d,via={VIA}", "--env", "TEST_SCRATCH=/d", "--cpus", "2"))
        runs = [subprocess.Popen([word.format(seed) for word in line], stdout=subprocess.PIPE)
                for seed in range(2)]
        for process in runs:
            out, _ = process.communicate(timeout=240 * SCALE)
            check(process.returncode == 0 and out.endswith(b"all as promised\n"), f"{out[-2000:]}")
        check(len(os.listdir(host)) == 2, "a folder for each")


main(globals())
