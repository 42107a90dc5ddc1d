#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""File systems whose files are at a server, by the one that the debug kernel has for tests."""

from hermit import check, expect, main, run


def part(name):
    for cpus in ("1", "4"):
        result = expect(run("backed", name, options=("--cpus", cpus)), 0, err=b"")
        # Other kernels do not have it.
        check(result.out in (b"ok\n", b"no such file system\n"), "all checks hold", result)


def test_names_are_the_servers():
    part("names")


def test_answers_are_trusted_for_a_while():
    part("behind")


def test_errors_of_the_server_are_the_results():
    part("errors")


def test_what_has_become_stale_is_looked_up_anew():
    part("stale")


def test_nobody_waits_for_anothers_request():
    part("slow")


def test_contents_are_kept_while_they_are_the_servers():
    part("data")


def test_reads_that_fail():
    part("faults")


def test_errors_of_write_back_are_told_once():
    part("lost")


if __name__ == "__main__":
    main(globals())
