# SPDX-License-Identifier: BSD-3-Clause
"""Programs that mark sections for the plugin benchmarks/plugin/sections.c, in several surroundings,
under Hermit and in the Linux guest in turn: instructions of the whole guest per operation.

A row of such a program tells how many operations its section had (unit sectionN), or is a figure
of another unit, which stays as it is. See benchmarks/files/run."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import several
from machine import parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments(description, kinds, pairs):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", default=f"{ROOT}/build", help="build folder")
    parser.add_argument("--mem", default="1G")
    parser.add_argument("--timeout", type=int, default=900, help="seconds for each run")
    parser.add_argument("--pairs", type=int, default=pairs, help="runs of each, of which the median")
    parser.add_argument("--only", choices=["hermit", "linux"], help="one side alone")
    parser.add_argument(f"--{kinds[0]}", dest="kinds", choices=kinds[1], nargs="+",
                        default=list(kinds[1]))
    parser.add_argument("--icount", action="store_true", help="accepted; changes nothing")
    parser.add_argument("--json", help="write the figures to this file too")
    return parser


def plugin_words(build, folder):
    return ["-plugin", f"{build}/benchmarks/libsections.so,out={folder}/sections"]


def launcher_words(words):
    """QEMU's words as the launcher takes them."""
    return [word for argument in words for word in ("--qemu-arg", argument)]


def figures(text, folder):
    """Of what a program printed and the plugin wrote: (figure, unit) by name."""
    with open(f"{folder}/sections") as file:
        sections = dict(map(int, line.split()[:2]) for line in file)
    rows = {}
    for name, (value, unit) in parse(text)[0].items():
        section = unit.removeprefix("section")
        rows[name] = (value, unit) if section == unit else (sections[int(section)] / value, "instr")
    return rows


def print_table(kind, rows):
    print(f"\n{kind:<24}{'Hermit':>12}{'Linux':>12}{'Hermit/Linux':>14}")
    for name, row in rows.items():
        values = {side: statistics.median(row[side]) for side in ("hermit", "linux") if side in row}
        digits = 3 if name.endswith("_byte") else 0
        line = "".join(f"{values[side]:>12,.{digits}f}" if side in values else f"{'':>12}"
                       for side in ("hermit", "linux"))
        ratio = f"{values['hermit'] / values['linux']:>14.3f}" if len(values) == 2 else ""
        print(f"{name:<24}{line}{ratio}", flush=True)


def compare(args, source, count):
    """Runs the program of this source in all surroundings: count(side, image, kind, folder) runs it
    in one and returns its figures."""
    subprocess.run(["cmake", "--build", args.build, "--target", "sections"], check=True,
                   stdout=subprocess.DEVNULL)
    report = {}
    with tempfile.TemporaryDirectory() as folder:
        built = several.build(source, f"{args.build}/prefix", folder)
        for kind in args.kinds:
            rows = {}
            for pair in range(args.pairs):
                for side, image in zip(("linux", "hermit"), built):
                    if args.only not in (None, side):
                        continue
                    print(f"==> {kind}, {side}: {pair + 1}", file=sys.stderr, flush=True)
                    for name, (figure, unit) in count(side, image, kind, folder).items():
                        rows.setdefault(name, {"unit": unit}).setdefault(side, []).append(figure)
            print_table(kind, rows)
            report |= {f"{kind}.{name}": row for name, row in rows.items()}
    if args.json:
        with open(args.json, "w") as file:
            json.dump({"rows": report}, file, indent=1)
