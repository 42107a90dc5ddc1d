#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How many processors a machine has if nobody says."""

import os
import subprocess

from hermit import HERMIT, check, expect, folder, image, main, run

UNSET = {"HERMIT_CPUS": ""}


def seen(program, *, on=None, options=(), **env):
    """What the program prints; with `on`, when its caller may use only that processor."""
    line = ["taskset", "-c", str(on)] if on is not None else []
    return expect(run(None, raw=[*line, HERMIT, "run", *options, image(program)],
                      env={**UNSET, **env}), 0, err=b"").out


def same(what, wanted):
    check(what == wanted, f"{what!r} should be {wanted!r}")


def says(count):
    return f"{count} processors, {count} threads\n".encode()


def test_threads_get_what_the_caller_may_use():
    allowed = sorted(os.sched_getaffinity(0))
    same(seen("topology"), says(len(allowed)))
    same(seen("topology", on=allowed[0]), says(1))


def test_a_single_number_of_openmp_caps():
    allowed = sorted(os.sched_getaffinity(0))
    same(seen("topology", OMP_NUM_THREADS="1"), says(1))
    same(seen("topology", options=("--env", "OMP_NUM_THREADS=1")), says(1))
    same(seen("topology", OMP_NUM_THREADS="1,2").split()[:1], [str(len(allowed)).encode()])


def test_options_and_variable_go_first():
    same(seen("topology", options=("--cpus", "3")), says(3))
    same(seen("topology", HERMIT_CPUS="3"), says(3))
    same(seen("processors", HERMIT_CPUS="2"), b"2 processors\n")


def test_without_threads_one():
    same(seen("processors"), b"1 processors\n")


def test_a_stripped_image_says_so_too():
    with folder() as root:
        subprocess.run(["llvm-strip-19", "-o", f"{root}/app", image("topology")], check=True)
        allowed = len(os.sched_getaffinity(0))
        expect(run(None, raw=[HERMIT, "run", f"{root}/app"], env=UNSET), 0, says(allowed), b"")


if __name__ == "__main__":
    main(globals())
