#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Nothing interrupts a core whose only running thread asked for nothing."""

from hermit import expect, main, run


def test_no_timer_stands_once_competition_has_ended():
    for cpus in ("2", "4"):
        expect(run("timer_stands", options=("--cpus", cpus)), 0,
               b"stands: 0 after the other slept, 0 after it was taken away, of 20\n", b"")


if __name__ == "__main__":
    main(globals())
