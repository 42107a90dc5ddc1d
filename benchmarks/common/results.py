# SPDX-License-Identifier: BSD-3-Clause
"""Medians, goals, tables and plots of what was measured.

A benchmark's goals are lines of its file `goals`:
    NAME <= NUMBER            Hermit's figure (where it is instructions, under --icount)
    NAME <= NUMBER linux      the ratio Hermit/Linux
A row may have one of each.
"""
import math
import os
import statistics
import subprocess

BENCHMARKS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def goals(benchmark):
    found = {}
    path = os.path.join(BENCHMARKS, benchmark, "goals")
    if os.path.exists(path):
        with open(path) as file:
            for line in file:
                fields = line.split("#")[0].split()
                if fields:
                    kind = "ratio" if fields[3:] == ["linux"] else "value"
                    found.setdefault(fields[0], {})[kind] = float(fields[2])
    return found


def merge(samples):
    """[{row: (value, unit)}, …], one a pair → {row: {unit, values}}"""
    rows = {}
    for sample in samples:
        for name, (value, unit) in sample.items():
            rows.setdefault(name, {"unit": unit, "values": []})["values"].append(value)
    return rows


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "values": values}


TIMES = ("ns", "instr", "ms", "s")

# Two-sided 95 % quantiles of Student's t by degrees of freedom.
STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
           2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
           2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def interval(ratios):
    """Geometric mean of ratios and its 95 % interval (None for fewer than two)."""
    logs = [math.log(r) for r in ratios]
    mean = statistics.fmean(logs)
    if len(logs) < 2:
        return {"mean": math.exp(mean), "low": None, "high": None}
    quantile = STUDENT[len(logs) - 2] if len(logs) <= len(STUDENT) + 1 else 1.96
    half = quantile * statistics.stdev(logs) / math.sqrt(len(logs))
    return {"mean": math.exp(mean), "low": math.exp(mean - half), "high": math.exp(mean + half)}


def summary(rows):
    """All times of a benchmark as one ratio: the geometric mean over rows, pair by pair (None
    if it has fewer than two rows)."""
    timed = [entry["ratio"]["values"] for entry in rows.values()
             if entry["unit"] in TIMES and "ratio" in entry
             and entry["ratio"]["min"] > 0]
    if len(timed) < 2:
        return None
    pairs = min(len(values) for values in timed)
    means = [math.exp(statistics.fmean(math.log(values[i]) for values in timed))
             for i in range(pairs)]
    return {**interval(means), "rows": len(timed), "pairs": pairs}


def summary_text(found):
    text = f"geometric mean of {found['rows']} rows: {found['mean']:.3f} of Linux"
    if found["low"] is not None:
        text += (f" (95 % interval {found['low']:.3f} … {found['high']:.3f}, "
                 f"{found['pairs']} pairs)")
    return text


def combine(benchmark, hermit, linux, icount):
    """One entry a row, in Hermit's order (then what only Linux has)."""
    hermit, linux, wanted = merge(hermit), merge(linux), goals(benchmark)
    table = {}
    for name in list(hermit) + [name for name in linux if name not in hermit]:
        entry = {"unit": (hermit.get(name) or linux[name])["unit"]}
        for side, rows in (("hermit", hermit), ("linux", linux)):
            if name in rows:
                entry[side] = spread(rows[name]["values"])
        if "hermit" in entry and "linux" in entry:
            pairs = list(zip(entry["hermit"]["values"], entry["linux"]["values"]))
            if all(l > 0 for _, l in pairs):
                entry["ratio"] = spread([h / l for h, l in pairs])
                if entry["ratio"]["min"] > 0:
                    entry["ratio"].update(interval(entry["ratio"]["values"]))
        if name in wanted:
            entry["goal"] = wanted[name]
            entry["missed"] = missed(entry, icount)
        table[name] = entry
    return table


def missed(entry, icount):
    """The goals that are not reached, in words; None where they could not be judged."""
    goal, reasons, judged = entry["goal"], [], False
    if "hermit" in entry and "value" in goal and (icount or entry["unit"] != "ns"):
        judged = True
        value = entry["hermit"]["median"]
        if value > goal["value"] + 0.05:  # what remains of the loop's set-up
            reasons.append(f"{value:,.0f} > {goal['value']:,.0f}")
    if "ratio" in entry and "ratio" in goal:
        judged = True
        if entry["ratio"]["median"] > goal["ratio"]:
            reasons.append(f"{entry['ratio']['median']:.2f} of Linux > {goal['ratio']:g}")
    return "; ".join(reasons) if judged else None


def goal_text(entry):
    goal = entry.get("goal", {})
    words = []
    if "value" in goal:
        words.append(f"≤ {goal['value']:,.0f}")
    if "ratio" in goal:
        words.append(f"≤ {goal['ratio']:g} of Linux")
    return ", ".join(words)


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def cells(name, entry, skipped):
    """Goal, row, Hermit, Linux, ratio (median, min, max), verdict: as text."""
    def side(which):
        if which in entry:
            return number(entry[which]["median"])
        return skipped.get(which, {}).get(name, "—")

    ratio = entry.get("ratio")
    ratios = [f"{ratio[k]:.3f}" if ratio else "" for k in ("median", "min", "max")]
    verdict = ""
    if "goal" in entry:
        verdict = {None: "not judged", "": "reached"}.get(entry["missed"], "MISSED")
    return [goal_text(entry), name, entry["unit"], side("hermit"), side("linux"), *ratios, verdict]


HEADINGS = ["Goal", "Row", "Unit", "Hermit", "Linux", "Hermit/Linux", "min", "max", ""]


def table_of(result):
    rows = [cells(name, entry, result["skipped"]) for name, entry in result["rows"].items()]
    skipped = result["skipped"]
    for name in {**skipped["hermit"], **skipped["linux"]}:
        if name not in result["rows"]:
            rows.append(["", name, "", skipped["hermit"].get(name, "—"),
                         skipped["linux"].get(name, "—"), "", "", "", "skipped"])
    return rows


def print_table(result):
    rows = [HEADINGS] + table_of(result)
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(w) if i in (0, 1, 2, 8) else cell.rjust(w)
                        for i, (cell, w) in enumerate(zip(row, widths))).rstrip())
    if result["summary"]:
        print(summary_text(result["summary"]))


def markdown(report):
    lines = [f"<!-- made by: {report['command']} -->"]
    machine = report["machine"]
    lines += ["", f"{machine['cpus']} CPU{'s' if machine['cpus'] > 1 else ''}, {machine['mem']}, "
              f"`{machine['qemu']}`; Linux {report['linux']}; pairs: {report['pairs']}."]
    for name, result in report["benchmarks"].items():
        lines += ["", f"### {name}", "", "| " + " | ".join(HEADINGS) + " |",
                  "|---|---|---|--:|--:|--:|--:|--:|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in table_of(result)]
        if result["summary"]:
            text = summary_text(result["summary"])
            lines += ["", text[0].upper() + text[1:] + "."]
    return "\n".join(lines) + "\n"


def plot(report, path):
    """Ratios of all rows as bars, and below each benchmark's histograms if it has any."""
    ratios = [(f"{b}: {name}", entry["ratio"])
              for b, result in report["benchmarks"].items()
              for name, entry in result["rows"].items()
              if "ratio" in entry and entry["unit"] in TIMES]
    histograms = [(b, side, name, bins) for b, result in report["benchmarks"].items()
                  for side, named in result["histograms"].items() for name, bins in named.items()]
    panels = (1 if ratios else 0) + (1 if histograms else 0)
    if panels == 0:
        return
    height = (80 + 18 * len(ratios) if ratios else 0) + (420 if histograms else 0)
    script = [f"set terminal svg size 900,{height} noenhanced font 'sans,11'",
              f"set output '{path}'", f"set multiplot layout {panels},1"]
    if ratios:
        script += ratio_panel(ratios)
    if histograms:
        script += histogram_panel(histograms)
    subprocess.run(["gnuplot"], check=True, input="\n".join(script + ["unset multiplot", ""]),
                   text=True)


def ratio_panel(ratios):
    lines = ["$ratios << EOD"]
    lines += [f'"{name}" {r["median"]} {r["min"]} {r["max"]}'
              for name, r in reversed(ratios)]
    lines += ["EOD", "set title 'Hermit / Linux (median, min … max); left of 1 is less than Linux'",
              "set logscale x", "set xlabel 'ratio'", "set grid x", "unset key",
              "set arrow 1 from 1, graph 0 to 1, graph 1 nohead lw 2 lc rgb '#888888'",
              f"set yrange [-1:{len(ratios)}]", "set lmargin 40",
              "plot $ratios using 2:0:3:4:ytic(1) with xerrorbars pt 7 ps 0.6 lc rgb '#1f5fa8'",
              "unset logscale", "unset arrow 1", "set autoscale y", "set lmargin 10",
              "set ytics auto"]
    return lines


LEAST_EXCESS = 0.01  # percent; what is below stands there on the logarithmic axis


def histogram_panel(histograms):
    lines, plots = [], []
    for i, (benchmark, side, name, bins) in enumerate(histograms):
        lines += [f"$h{i} << EOD"] + [f"{x} {count}" for x, count in bins] + ["EOD"]
        colour = "#1f5fa8" if side == "hermit" else "#c8641e"
        plots.append(f"$h{i} using ($1 < {LEAST_EXCESS} ? {LEAST_EXCESS} : $1):2 with "
                     f"linespoints pt {4 + i % 8} ps 0.6 lc rgb '{colour}' "
                     f"title '{side}: {name}'")
    lines += ["set title 'Noise: by how much a quantum exceeded the shortest (leftmost: by nothing)'",
              "set logscale xy", "set key outside right", "set xlabel 'excess, percent'",
              "set ylabel 'samples'", "set grid", "plot " + ", ".join(plots)]
    return lines
