#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Files that the program wrote into memory end with the machine: one line says so."""

import os

from hermit import check, expect, folder, main, run

TAIL = b" lost: it was in memory; files in a shared folder stay (--quiet hides this line)\n"


def line(path, more=0):
    words = f" and {more} more that the program wrote are" if more else ", which the program wrote, is"
    return b"hermit: " + os.fsencode(path) + words.encode() + TAIL


def wrote(*verbs, options=(), status=3, err=b"", quiet="0"):
    return expect(run("lost_files", *verbs, options=options, env={"HERMIT_QUIET": quiet}), status,
                  b"", err)


def test_what_was_written_is_told():
    wrote("write=result.txt", err=line("/result.txt"))
    wrote("empty=stamp", err=line("/stamp"))
    wrote("folder=/out", "folder=/out/deep", "write=/out/deep/one", "write=two", "write=/out/three",
          err=line("/out/deep/one", 2))
    long = "/".join("d" * 200 for _ in range(4))
    wrote(*(f"folder={long[:n]}" for n in (200, 401, 602, 803)), f"write={long}/last",
          err=line("last"))


def test_what_does_not_count():
    wrote()
    wrote("write=a", "write=b", "remove=a", "remove=b", "folder=c", "link=d", "nameless=/",
          "write=/tmp/x", "write=/dev/shm/y", "folder=/var", "folder=/var/tmp", "write=/var/tmp/z",
          "folder=/run", "write=/run/pid")
    # Names that only look so.
    wrote("folder=/home", "folder=/home/tmp", "write=/home/tmp/a", err=line("/home/tmp/a"))


def test_the_working_folder_is_what_counts():
    with folder() as root:
        os.makedirs(f"{root}/job/in")
        root = ("--root", root)
        wrote("write=/else", "go=/", "write=too", options=(*root, "--cwd", "/job"))
        wrote("go=/", "write=job/in/a", options=(*root, "--cwd", "/job/in"), err=line("/job/in/a"))
        wrote("write=a", options=(*root, "--cwd", "/job/in"), err=line("/job/in/a"))
    wrote("write=a", "write=/b", options=("--cwd", "/tmp"), err=line("/tmp/a"))
    wrote("write=a", "write=/b", options=("--cwd", "/dev/shm"), err=line("/dev/shm/a"))
    wrote(options=("--cwd", "/proc/self"))


def test_files_above_a_folder_of_the_host():
    with folder() as root:
        os.makedirs(f"{root}/job/in")
        os.makedirs(f"{root}/tmp")
        for name in ("kept", "job/in/f", "tmp/t"):
            with open(f"{root}/{name}", "wb") as file:
                file.write(b"k" * 9000)
        root = ("--root-ro", root)
        wrote("look=kept", "mode=kept", "rename=kept", "append=tmp/t", "write=/run", "remove=/run",
              options=root)
        wrote("append=kept", options=root, err=line("/kept"))
        wrote("write=/new", "append=job/in/f", "folder=/tmp/d", "write=/tmp/d/x", options=root,
              err=line("/job/in/f", 1))
        wrote("write=/else", "append=f", options=(*root, "--cwd", "/job/in"),
              err=line("/job/in/f"))


def test_files_of_the_root_count_once_they_are_changed():
    with folder() as root:
        for name, size in (("kept", 9000), ("empty", 0), ("other", 3)):
            with open(f"{root}/{name}", "wb") as file:
                file.write(b"k" * size)
        options = ("--root", root)
        wrote("look=kept", "mode=kept", "empty=empty", "rename=other", options=options)
        for verb in ("write", "append", "store", "cut"):
            wrote(f"{verb}=kept", options=options, err=line("/kept"))
        wrote("append=empty", options=options, err=line("/empty"))
        wrote("remove=kept", options=options)


def test_the_status_stays_and_signals_too():
    wrote("write=a", "signal=15", status=143, err=line("/a"))
    wrote("write=a", "signal=9", status=137, err=line("/a"))
    result = run("lost_files", "write=a", "signal=11", env={"HERMIT_QUIET": "0"})
    check(result.status == 139 and result.err.endswith(line("/a")), "after the report", result)


def test_quiet():
    wrote("write=a", options=("--quiet",))
    wrote("write=a", quiet="1")


if __name__ == "__main__":
    main(globals())
