#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""docs/locking.md names every class of locks, and its order is the one that is kept."""

import pathlib
import re

from hermit import PROGRAMS, check, expect, main, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Programs that take most locks between them, and their CPUs.
TAKERS = ("proc_links_race_with_close", "timers_used_by_many_threads", "poll_and_select_on_pipes",
          "files_made_by_many_threads", "epoll_every_kind_of_file", "rights_pass_files",
          "rights_in_cycles_are_collected", "sockets_in_epoll", "inet_tcp_epoll", "inet_udp_waits",
          "attributes_in_memory")


def documented():
    """Class → (table, row)."""
    order = {}
    text = (ROOT / "docs/locking.md").read_text(encoding="utf-8")
    for table in ("Sleeping locks", "Spin locks"):
        section = text.split(f"## {table}", 1)[1].split("\n## ", 1)[0]
        for row, line in enumerate(re.findall(r"^\| (`.*?) \|", section, re.M)):
            order.update({name: (table, row) for name in re.findall(r"`([^`]+)`", line)})
    return order


def classes():
    """The names that the sources give."""
    found = set()
    for path in [*ROOT.glob("kernel/**/*.[ch]"), *ROOT.glob("syscalls/*.[ch]")]:
        text = re.sub(r"^ *#define.*(\\\n.*)*", "", path.read_text(encoding="utf-8"), flags=re.M)
        found.update(re.findall(r'(?:SPINLOCK_INIT|spin_init|mutex_init)\([^;"]*"([^"]+)"', text))
        found.update(re.findall(r'channel_init\([^;"]*"([^"]+)"', text))
        found.update(re.findall(r"= (?:MUTEX|RWLOCK)_INIT\((\w+)\)", text))
        found.update(re.findall(r'#define LOCKDEP_\w+ +"([^"]+)"', path.read_text("utf-8")))
    return found


def test_all_classes_are_documented():
    missing = classes() - documented().keys()
    check(not missing, f"docs/locking.md lacks {sorted(missing)}")
    check("vfs_lock" in classes() and "run_queue" in classes() and "pipe" in classes(),
          "the names of classes are to be found")


def test_the_order_is_the_documented_one():
    order = documented()
    for program in TAKERS:
        result = expect(run(PROGRAMS.parent / "posix" / f"posix_{program}.hermit",
                            options=("--cpus", "4", "--verbose")))
        # A kernel without lock-order checking has nothing to say.
        for outer, inner in re.findall(r"^lockdep: (\S+) > (\S+)$", result.err.decode(), re.M):
            check(outer in order and inner in order and order[outer][0] == order[inner][0]
                  and order[outer][1] < order[inner][1],
                  f"{inner} was taken inside {outer}; docs/locking.md has another order")


if __name__ == "__main__":
    main(globals())
