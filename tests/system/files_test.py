#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The root folder's files: what the archive brought, and how much room there is."""

import os
import shutil
import subprocess

from hermit import check, expect, folder, image, main, run


def test_partial_write_leaves_the_rest_of_the_archive():
    with folder() as root:
        with open(f"{root}/data", "wb") as file:
            file.write(b"A" * 3 * 4096)
        expect(run("partial_write", options=("--root", root)), 0, err=b"")


def test_full_file_systems_end_in_enospc():
    # Half of memory, of which the kernel has taken some, by default.
    for place in ("/", "/dev/shm"):
        result = run("full", place, options=("--mem", "64M"))
        expect(result, 0, err=b"")
        pages = int(result.out.split()[0])
        check(6000 < pages <= 8192, "about half of memory", result)
    result = run("full", "/", "inodes", options=("--mem", "32M"))
    expect(result, 0, err=b"")


def test_root_size_is_held():
    expect(run("full", options=("--root-size", "1M")), 0, b"256 pages\n", b"")
    expect(run("full", "/dev/shm", options=("--mem", "40M", "--root-size", "4K")), 0, err=b"")
    expect(run("full", options=("--root-size", "much")), 125, b"")


def test_names_arrive_whatever_is_in_them():
    with folder() as root:
        names = [b"TRAILER!!!", b"x" * 255, b"\xff\xfe not UTF-8 \x01\x7f", b"line\nfeed", b"-",
                 b" ", b"...", b"a\\b", "\u00fc".encode() * 127]
        for place in (b"/", b"/deep/", b"/deep/TRAILER!!!.d/"):
            os.makedirs(root.encode() + place, exist_ok=True)
            for name in names:
                with open(root.encode() + place + name, "wb") as file:
                    file.write(name)
        program = os.path.join(os.path.dirname(image("tree")), "sys_tree.linux")
        for place in ("deep", "TRAILER!!!", "x" * 255):
            wanted = subprocess.run([program, place], cwd=root, capture_output=True, check=True)
            result = expect(run("tree", place, options=("--root", root)), 0, err=b"")
            check(sorted(result.out.splitlines()) == sorted(wanted.stdout.splitlines()),
                  "all names", result)


def test_times_arrive():
    times = (-1, -1_500_000_000, -86400 * 10**9 * 400, 0, 1_234_567_890_123_456_789,
             (1 << 32) * 10**9 + 7, 7258118400 * 10**9 + 999_999_999)
    with folder() as root:
        os.mkdir(f"{root}/d")
        for number, time in enumerate(times):
            with open(f"{root}/d/{number}", "wb"):
                pass
            os.symlink("nowhere", f"{root}/d/l{number}")
            for name in (f"{number}", f"l{number}"):
                os.utime(f"{root}/d/{name}", ns=(time, time), follow_symlinks=False)
        os.utime(f"{root}/d", ns=(-5, -5))
        wanted = [(path, os.lstat(f"{root}/{path}").st_mtime_ns)
                  for path in ["d", *(f"d/{name}" for name in sorted(os.listdir(f"{root}/d")))]]
        lines = "".join(f"{path} {time // 10**9}.{time % 10**9:09}\n" for path, time in wanted)
        expect(run("times", *(path for path, _ in wanted), options=("--root", root)), 0,
               lines.encode(), b"")


def test_the_image_is_handed_over():
    with folder() as place:
        path = f"{place}/exe"
        shutil.copy(image("exe"), path)
        os.truncate(path, os.path.getsize(path) + (2 << 20))  # ELF does not mind
        with open(path, "rb") as file:
            wanted = file.read()
        for machine in ("microvm", "q35"):
            result = run(path, options=("--machine", machine, "--cpus", "2"), limit=120)
            check(result.status == 0 and result.out == wanted and result.err == b"",
                  f"{machine}: the image's bytes", result)
        # More than there is room for.
        os.truncate(path, 64 << 20)
        expect(run(path, "small", options=("--mem", "32M")), 0, b"stat 0, Out of memory\n", b"")


def test_room_is_counted_whatever_threads_do():
    for cpus in ("1", "4"):
        expect(run("churn", options=("--cpus", cpus, "--root-size", "200K")), 0,
               b"0 wrong, 0 pages missing\n", b"")


def test_an_open_that_fails_truncates_nothing():
    expect(run("truncating_open", options=("--mem", "16M")), 0,
           b"open: Out of memory\nopen: Out of memory, size 1\n", b"")


def test_what_is_refused():
    expect(run("refused"), 0, b"", b"")


if __name__ == "__main__":
    main(globals())
