# SPDX-License-Identifier: BSD-3-Clause
"""A test-suite of the pinned LLVM sources, run by lit on Linux and under Hermit: what
ci/openmp-suite and ci/libcxx-suite have in common. Each of them says in its own words what its
options do; here they are parsed and done.

The folder `ours` of a suite holds lit.site.cfg, which is copied into the folder of each system, and
`exceptions`, a table of the tests that are treated in a way of their own: name, how, why. "skip"
means that the test runs on neither system, "long" that it is not part of a sample and begins before
the others, "racy" that it is run up to three times, on both, because its result depends on which of
two threads is first.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
CALIBRATE = TOP / "tests/openmp/llvm/calibrate.c"
LIT = "/usr/lib/llvm-19/build/utils/lit/lit.py"
MEMORY = "2G"
BUSIEST = 8.0  # longer delays are not waited for
TITLES = {"linux": "Linux/musl", "hermit": "Hermit"}
# What lit's results count as; all others are failures.
KINDS = {"PASS": "passed", "FLAKYPASS": "passed", "XFAIL": "passed", "UNSUPPORTED": "skipped"}

# kind: passed, failed, skipped; reason: lit's words for a skipped test, or the log of a failed one
Result = collections.namedtuple("Result", "kind reason seconds")
# name: the command in ci/; usage: its text for --help; ours: our folder; folder: the tests in
# LLVM's sources; is_test: tells by a file's path; systems: the default of --system
Suite = collections.namedtuple("Suite", "name usage ours folder is_test systems")


def suite_folder(suite):
    """The tests' folder in the pinned sources, unpacked in the toolchain's cache."""
    script = ('here=$1 top=$2 cache=${HERMIT_CACHE:-$HOME/.cache/hermit}; exec 3>&2\n'
              'say() { echo "toolchain: $*" >&3; }; die() { say "$@"; exit 1; }\n'
              '. "$here/parts.sh"; llvm_tree')
    tree = subprocess.run(["sh", "-euc", script, "sh", TOP / "toolchain", TOP], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()
    return pathlib.Path(tree) / suite.folder


def all_tests(suite, folder):
    """Names of the tests, relative to their folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.c*")
                  if suite.is_test(path))


def read_exceptions(suite, names):
    """The table of exceptions: how and why, for each of its tests."""
    table = {}
    known = set(names)
    for line in (suite.ours / "exceptions").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, how, why = line.split(None, 2)
            if name not in known or how not in ("skip", "long", "racy"):
                sys.exit(f"ci/{suite.name}: {suite.ours / 'exceptions'} is wrong: {line}")
            table[name] = (how, why)
    return table


def cost_of(command):
    """Processor time and duration of a command that must succeed, in seconds."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, end - begin


def calibrate(options, work):
    """How many times Linux's processor time the suite's kind of work takes under Hermit, and how
    many times longer than that a program runs because the machine is busy."""
    used, passed = {}, {}
    for system in TITLES:
        program = work / f"calibrate.{system}"
        subprocess.run([options.prefix / "bin/x86_64-hermit-clang", "-fopenmp", CALIBRATE,
                        "-o", program, "-lm"],
                       check=True, env=dict(os.environ, **settings(system, options)))
        command = [*launcher(system, options, 3600).split(), program]
        start, whole = cost_of([*command, "0"]), cost_of([*command, "15000"])
        used[system], passed[system] = max(whole[0] - start[0], 0.01), whole[1] - start[1]
    return (max(1.0, used["hermit"] / used["linux"]),
            min(BUSIEST, max(1.0, sum(passed.values()) / sum(used.values()))))


def settings(system, options):
    """The environment that compiler and programs get beside what a test sets itself."""
    if system == "linux":
        # As many threads as Hermit has processors, however many this machine has.
        return {"HERMIT_LINK": "host-shim", "OMP_NUM_THREADS": str(options.cpus)}
    return {"HERMIT_CPUS": str(options.cpus), "HERMIT_MEM": MEMORY, "HERMIT_QUIET": "1",
            "HERMIT_ISOLATED": "1"}


def launcher(system, options, limit):
    """The command that starts a program of a system and ends it after so many seconds."""
    if system == "linux":
        return f"timeout {limit}"
    return f"{options.prefix}/bin/hermit run --timeout {limit}"


def run_suite(suite, system, options, source, work, names, exceptions, limit):
    """Runs the tests on one system; returns a Result for each name."""
    folder = work / system
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(suite.ours / "lit.site.cfg", folder)
    # lit begins with what took longest in the run before.
    (folder / ".lit_test_times.txt").write_text("".join(
        f"1e6 {name}\n" for name, (how, _) in exceptions.items() if how == "long"))
    environment = dict(
        os.environ, HERMIT_SUITE_SOURCE=str(source), HERMIT_SUITE_OURS=str(suite.ours),
        HERMIT_SUITE_SYSTEM=system, HERMIT_SUITE_PREFIX=str(options.prefix),
        HERMIT_SUITE_RUN=launcher(system, options, limit),
        HERMIT_SUITE_SET=" ".join("=".join(s) for s in settings(system, options).items()))
    print(f"==> {TITLES[system]}: {len(names)} tests, {limit} s for a program, "
          f"log in {folder.relative_to(TOP)}/lit.log", flush=True)
    results = run_lit(suite, options, folder, names, environment)
    for _ in range(2):
        again = [name for name in names if results[name].kind == "failed"
                 and exceptions.get(name, ("",))[0] == "racy"]
        if again:
            results.update(run_lit(suite, options, folder, again, environment))
    return results


def run_lit(suite, options, folder, names, environment):
    """Runs the tests in a folder by lit, whose words are added to the log there."""
    report = folder / "results.json"
    report.unlink(missing_ok=True)
    with open(folder / "lit.log", "a", encoding="utf-8") as log:
        status = subprocess.run(
            [sys.executable, LIT, "-v", f"-j{options.jobs}", "--no-progress-bar",
             "--output", report, *(folder / name for name in names)],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode
    if not report.exists():
        sys.exit(f"ci/{suite.name}: lit ended with {status}: see {folder}/lit.log")
    return read_report(report)


def read_report(report):
    """lit's report as a dictionary of results."""
    results = {}
    for test in json.loads(report.read_text(encoding="utf-8"))["tests"]:
        name = test["name"].split(" :: ", 1)[1]
        kind = KINDS.get(test["code"], "failed")
        results[name] = Result(kind, test["output"].strip(), test.get("elapsed") or 0.0)
    return results


def print_table(runs, cpus):
    """Passed, failed, skipped for each system."""
    titles = {"linux": TITLES["linux"], "hermit": f"{TITLES['hermit']}, {cpus} CPUs"}
    print("\n" + " " * 8 + "".join(f"{titles[system]:>17}" for system in runs))
    for kind in ("passed", "failed", "skipped"):
        counts = (sum(result.kind == kind for result in results.values())
                  for results in runs.values())
        print(f"{kind:8}" + "".join(f"{count:17}" for count in counts))


def print_skipped(runs):
    """The skipped tests by reason."""
    reasons = collections.defaultdict(list)
    for name in sorted(set().union(*runs.values())):
        for system, results in runs.items():
            if results[name].kind == "skipped":
                where = "" if all(r[name].kind == "skipped" for r in runs.values()) else \
                    f" ({TITLES[system]})"
                reasons[results[name].reason.splitlines()[-1]].append(name + where)
    for reason, names in sorted(reasons.items()):
        print(f"\nskipped: {reason}")
        for name in dict.fromkeys(names):
            print(f"    {name}")


def print_failed(runs, reference):
    """The failed tests; with the end of the log where the reference passed."""
    bad = []
    for system, results in runs.items():
        failed = [name for name, result in sorted(results.items()) if result.kind == "failed"]
        if failed:
            print(f"\nfailed on {TITLES[system]}:")
        for name in failed:
            decides = reference is None or (results is not reference
                                            and reference[name].kind == "passed")
            print(f"    {name}, {results[name].seconds:.0f} s")
            if decides:
                bad.append(name)
                print("".join(f"        {line}\n"
                              for line in results[name].reason.splitlines()[-40:]), end="")
    return bad


def chosen_tests(suite, options, names, exceptions):
    """Those that the filter and the sample leave."""
    names = [name for name in names if re.search(options.filter, name)]
    if options.sample is not None:
        names = [name for name in names if exceptions.get(name, ("racy",))[0] == "racy"]
        count = min(options.sample, len(names))
        print(f"HERMIT_SAMPLE_SEED={options.seed}: {count} of {len(names)} tests")
        names = sorted(random.Random(options.seed).sample(names, count))
    if not names:
        sys.exit(f"ci/{suite.name}: no test to run matches '{options.filter}'")
    return names


def parse_arguments(suite):
    parser = argparse.ArgumentParser(usage=suite.usage, add_help=False)
    parser.add_argument("--system", choices=("linux", "hermit", "both"), default=suite.systems)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=int(
        os.environ.get("HERMIT_SAMPLE_SEED") or random.randrange(1 << 32)))
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--cpus", type=int, default=4)
    parser.add_argument("--limit", type=int, default=120)
    parser.add_argument("--prefix", type=pathlib.Path, default=TOP / "build/prefix")
    parser.add_argument("--help", action="store_true")
    parser.add_argument("filter", nargs="?", default="", metavar="FILTER")
    options = parser.parse_args()
    if options.help:
        print(suite.usage, end="")
        sys.exit(0)
    options.prefix = options.prefix.resolve()
    return options


def run_systems(suite, options, source, work, names, exceptions):
    """Runs the tests; returns for each system a Result by name."""
    skipped = {name: why for name, (how, why) in exceptions.items() if how == "skip"}
    wanted = chosen_tests(suite, options, [name for name in names if name not in skipped],
                          exceptions)
    # The first use builds libc++, which is no test's time.
    subprocess.run([options.prefix / "bin/x86_64-hermit-clang++", "-E", "-x", "c++", "/dev/null"],
                   check=True, stdout=subprocess.DEVNULL)
    slowdown, busy = calibrate(options, work)
    print(f"The emulator's slowdown is {slowdown:.1f}; a program gets 1/{busy:.1f} of a processor.")
    runs = {}
    for system in list(TITLES) if options.system == "both" else [options.system]:
        limit = round(options.limit * busy * (slowdown if system == "hermit" else 1))
        runs[system] = run_suite(suite, system, options, source, work, wanted, exceptions, limit)
        if options.sample is None:
            runs[system].update((name, Result("skipped", why, 0.0))
                                for name, why in skipped.items()
                                if re.search(options.filter, name))
    return runs


def main(suite):
    """The command; returns its exit status."""
    options = parse_arguments(suite)
    if not os.path.exists(LIT):
        sys.exit(f"ci/{suite.name}: install the Debian package llvm-19-tools")
    work = TOP / "build" / suite.name
    work.mkdir(parents=True, exist_ok=True)
    source = suite_folder(suite)
    names = all_tests(suite, source)
    runs = run_systems(suite, options, source, work, names, read_exceptions(suite, names))
    print_skipped(runs)
    bad = print_failed(runs, runs.get("linux") if len(runs) == 2 else None)
    print_table(runs, options.cpus)
    return 1 if bad else 0
