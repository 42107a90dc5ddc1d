#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The root folder's files: what the archive brought, and how much room there is."""

import os
import shutil

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
