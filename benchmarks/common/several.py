# SPDX-License-Identifier: BSD-3-Clause
"""A benchmark folder of several OpenMP programs, each of one file: built for Linux and
for Hermit, run in turn, their rows put together. See benchmarks/kernels/run."""
import argparse
import json
import os
import subprocess
import sys

import linux_guest
import programs
from machine import Machine, parse, run_hermit


def build(source, prefix, folder):
    """Returns the paths of the program for Linux and for Hermit: the same musl and libomp."""
    os.makedirs(folder, exist_ok=True)
    name = os.path.join(folder, os.path.basename(source).removesuffix(".c"))
    words = [f"{prefix}/bin/x86_64-hermit-clang"] + programs.FLAGS + ["-fopenmp", source]
    subprocess.run(words + ["-o", f"{name}.linux", "-lm"], check=True,
                   env={**os.environ, "HERMIT_LINK": "host-shim"})
    subprocess.run(words + ["-o", f"{name}.hermit", "-lm"], check=True)
    return f"{name}.linux", f"{name}.hermit"


def arguments(description, root):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", default=f"{root}/build", help="build folder")
    parser.add_argument("--json", help="write the figures to this file too")
    parser.add_argument("--icount", action="store_true", help="count instructions")
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--threads", type=int, help="OMP_NUM_THREADS (default: as many as CPUs)")
    parser.add_argument("--mem", default="1G")
    parser.add_argument("--pairs", type=int, help="pairs of runs (default 5; with --icount 2)")
    parser.add_argument("--only", choices=["hermit", "linux"], help="one side alone")
    return parser


def run(args, folder, runs):
    """`runs` lists (name of a program, its arguments). Prints and writes what was measured."""
    prefix = f"{args.build}/prefix"
    out = f"{args.build}/benchmarks/programs"
    machine = Machine(args.cpus, args.mem, icount=args.icount)
    environment = {"OMP_NUM_THREADS": str(args.threads or args.cpus)}
    init = programs.build_init(out) if args.only != "hermit" else None
    built = {name: build(f"{folder}/{name}.c", prefix, out) for name in dict(runs)}
    rows, failed = {}, False
    for name, words in runs:
        words = words + (["--icount"] if args.icount else [])
        for pair in range(args.pairs or (2 if args.icount else 5)):
            print(f"==> {name} {' '.join(words)}: pair {pair + 1}", file=sys.stderr, flush=True)
            for side, image in zip(("linux", "hermit"), built[name]):
                if args.only not in (None, side):
                    continue
                try:
                    if side == "hermit":
                        text, _ = run_hermit(prefix, machine, image, words, environment)
                    else:
                        text, _ = linux_guest.run(machine, init, image, words, environment)
                    found = parse(text)[0]
                except linux_guest.Failed as error:
                    print(f"{name}: FAILED: {error}", file=sys.stderr)
                    failed = True
                    continue
                for row, (value, unit) in found.items():
                    entry = rows.setdefault(row, {"unit": unit, "hermit": [], "linux": []})
                    entry[side].append(value)
    for row, entry in rows.items():
        print(row, entry["unit"], *(f"{side} {entry[side]}" for side in ("hermit", "linux")))
    if args.json:
        with open(args.json, "w") as file:
            json.dump({"rows": rows}, file, indent=1)
    return 1 if failed else 0
