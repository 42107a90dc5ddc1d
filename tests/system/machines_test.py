#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Machines, numbers of CPUs, and what OpenMP sees of them."""

import re

from hermit import check, expect, folder, main, run


def test_both_machines_boot():
    for machine in ("microvm", "q35"):
        for cpus in ("1", "4"):
            options = ("--machine", machine, "--cpus", cpus)
            expect(run("topology", options=options), 0,
                   f"{cpus} processors, {cpus} threads\n".encode(), b"")


def test_many_cpus():
    expect(run("topology", options=("--cpus", "64", "--mem", "1G"), limit=120), 0,
           b"64 processors, 64 threads\n", b"")


def test_255_cpus_boot():
    expect(run("status", "9", options=("--cpus", "255", "--mem", "1G"), limit=180), 9, b"", b"")


def test_memory_barriers_are_kept():
    """QEMU's devices run beside the only processor, too."""
    for machine in ("microvm", "q35"):
        for cpus in ("1", "2"):
            with folder() as place:
                words = [word for argument in ("-d", "op", "-D", f"{place}/operations")
                         for word in ("--qemu-arg", argument)]
                expect(run("status", "0", options=("--accel", "tcg", "--machine", machine,
                                                   "--cpus", cpus, *words)))
                with open(f"{place}/operations", encoding="utf-8") as file:
                    check(" mb " in file.read(), "the emulation has a barrier")


def test_settings_by_environment():
    expect(run("topology", env={"HERMIT_CPUS": "3", "HERMIT_MEM": "300M", "HERMIT_ISLE": "qemu",
                                "HERMIT_KVM": "0"}), 0, b"3 processors, 3 threads\n", b"")


def test_openmp_shows_the_topology():
    result = expect(run("topology", options=("--cpus", "4"), env={"KMP_AFFINITY": "verbose"}), 0,
                    b"4 processors, 4 threads\n")
    text = result.err.decode(errors="replace")
    check("4 available OS procs" in text, "the number of processors", result)
    check("Uniform topology" in text, "a uniform topology", result)
    check(re.search(r"\(4 total cores\)", text), "four cores", result)


def test_openmp_binds_threads():
    result = expect(run("topology", options=("--cpus", "4"),
                        env={"KMP_AFFINITY": "verbose", "OMP_PROC_BIND": "close",
                             "OMP_PLACES": "cores"}), 0)
    # libomp numbers its helper threads too: only the processors can be foretold.
    bound = sorted(re.findall(r"bound to OS proc set (\S+)", result.err.decode()))
    check(bound == ["0", "1", "2", "3"], f"bound to {bound}", result)


if __name__ == "__main__":
    main(globals())
