# SPDX-License-Identifier: BSD-3-Clause
"""The virtual machine that both sides get."""
import re
import subprocess
import time

import linux_guest

# TCG runs (and -icount counts) a REP instruction turn by turn, so neither side shall think
# that REP STOSB is the fast way to clear a page.
CPU = "max,-erms,-fsrm"

# One instruction is one virtual nanosecond.
ICOUNT = ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-seed", "1", "-rtc",
          "base=2026-01-01T00:00:00,clock=vm", "-net", "none", "-cpu", CPU]


class Machine:
    def __init__(self, cpus, mem, accel="tcg", icount=False):
        self.cpus, self.mem, self.accel, self.icount = cpus, mem, accel, icount

    def qemu_words(self):
        if self.icount:
            return ICOUNT
        if self.accel == "kvm":
            return ["-accel", "kvm", "-cpu", "host,migratable=off"]
        return ["-accel", "tcg,thread=multi", "-cpu", CPU]

    def launcher_words(self):
        words = ["--accel", self.accel, "--cpus", str(self.cpus), "--mem", self.mem]
        for word in self.qemu_words() if self.accel == "tcg" else []:
            words += ["--qemu-arg", word]
        return words

    def describe(self):
        return {"cpus": self.cpus, "mem": self.mem, "accel": self.accel, "icount": self.icount,
                "qemu": " ".join(self.qemu_words())}


def run_hermit(prefix, machine, image, arguments, environment, timeout=1800, more_words=()):
    """Runs the program. Returns (its output, seconds on the wall clock)."""
    words = [f"{prefix}/bin/hermit", "run", "--clean-env", "--isolated", *machine.launcher_words(),
             *more_words]
    for name, value in environment.items():
        words += ["--env", f"{name}={value}"]
    start = time.monotonic()
    try:
        done = subprocess.run(words + [image] + arguments, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace", timeout=timeout)
    except subprocess.TimeoutExpired:
        raise linux_guest.Failed(f"Hermit: {timeout} s are over") from None
    seconds = time.monotonic() - start
    if done.returncode != 0:
        raise linux_guest.Failed(f"Hermit: the benchmark ended with status {done.returncode}:\n"
                                 f"{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout, seconds


def parse(text):
    """Rows, skipped rows and histograms of a program's output (see bench.h)."""
    text = text.replace("\r", "")
    rows, skipped, histograms, lines = {}, {}, {}, 0
    for line in text.splitlines():
        fields = line.split(" ")
        if fields[0] == "bench-rows" and len(fields) == 2:
            if int(fields[1]) != lines:
                raise linux_guest.Failed(f"{lines} lines arrived of {fields[1]}")
            return rows, skipped, histograms
        if fields[0] == "skip" and len(fields) >= 3:
            skipped[fields[1]] = " ".join(fields[2:])
        elif fields[0] == "hist" and len(fields) == 4:
            histograms.setdefault(fields[1], []).append([float(fields[2]), int(fields[3])])
        elif len(fields) == 3 and re.fullmatch(r"-?\d+\.\d+", fields[1]):
            rows[fields[0]] = (float(fields[1]), fields[2])
        else:
            continue
        lines += 1
    raise linux_guest.Failed(f"the output breaks off:\n{text[-2000:]}")
