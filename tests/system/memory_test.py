#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Memory: large, scarce, sparse."""

import os

from hermit import check, expect, main, run


def host_gib():
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") >> 30


def test_7_gib_written_and_verified():
    check(host_gib() >= 9, "this test needs a host with more than 8 GiB")
    expect(run("fill", "7168", options=("--mem", "8G", "--cpus", "2"), limit=300), 0,
           b"7168 MiB, 0 words wrong\n", b"")


def test_one_request_beyond_memory_is_enomem():
    for cpus in ("1", "4"):
        expect(run("greedy", options=("--mem", "64M", "--cpus", cpus)), 0,
               b"malloc of 1 GiB: Out of memory\nmmap of 1 GiB: Out of memory\n"
               b"malloc of 1 MiB: works\n", b"")


def test_touching_more_than_there_is_ends_in_137():
    for cpus in ("1", "4"):
        result = expect(run("greedy", "touch", options=("--mem", "64M", "--cpus", cpus)), 137)
        check(b"memory" in result.err.lower(), "a report on stderr", result)
        check(b"malloc of 1 MiB: works\n" in result.out, "what was written before arrives", result)


def test_objects_without_number_leave_room_to_go_on():
    ends = {"files": "No space left on device", "timers": "Resource temporarily unavailable",
            "signals": "Resource temporarily unavailable", "locks": "No error information",
            "threads": "Resource temporarily unavailable"}
    kinds = ("pipes", "files", "mappings", "holes", "timers", "signals", "locks", "threads",
             "eventfds", "memfds", "folders", "late holes")
    promise = "".join(f"{kind}: {ends.get(kind, 'Out of memory')}, goes on: 1, memory is back: 1\n"
                      for kind in kinds)
    result = run("objects_without_number", options=("--mem", "32M", "--cpus", "2"), limit=120)
    check(result.status == 0 and result.out == promise.encode(), promise, result)


def test_3_gib_static_array():
    expect(run("large_array", options=("--mem", "4G"), limit=200), 0,
           b"resident at first below 64 MiB: 1\nafter 256 MiB: 1\nafter all: 1, wrong 0\n", b"")


def test_nothing_is_writable_and_executable_by_any_alias():
    for options in (("--mem", "64M"), ("--mem", "2G", "--cpus", "2")):
        expect(run("aliases", options=options), 0, b"bad: 0\n", b"")


def test_small_machines_boot():
    expect(run("status", "3", options=("--mem", "16M")), 3, b"", b"")


if __name__ == "__main__":
    main(globals())
