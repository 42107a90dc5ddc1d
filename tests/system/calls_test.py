#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every system call with arguments that no program in its senses would give."""

import re

from hermit import check, expect, main, run


def test_boundary_integers_in_every_argument():
    result = run("boundary_calls", options=("--cpus", "2", "--mem", "256M"), limit=120)
    expect(result, status=0)
    last = result.out.splitlines()[-1].decode()
    counts = re.fullmatch(r"(\d+) calls of (\d+) kinds", last)
    check(counts is not None and int(counts.group(1)) > 60000 and int(counts.group(2)) >= 200,
          "all calls were to be made", result)


if __name__ == "__main__":
    main(globals())
