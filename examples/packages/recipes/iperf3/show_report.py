# SPDX-License-Identifier: BSD-3-Clause
"""Shows of the report of iperf3's client what does not depend on speed: show_report.py FILE"""

import json
import sys

TOLD = ("protocol", "num_streams", "blksize", "bytes", "blocks", "reverse")


def show(report):
    start, end = report["start"], report["end"]
    test = start["test_start"]
    print(report.get("error"), *[f"{name}={test[name]}" for name in TOLD])
    print("streams:", len(start["connected"]), len(end["streams"]))
    if test["protocol"] == "UDP":
        total = end["sum"]
        print("datagrams arrived:", total["packets"] > total["lost_packets"])
        return
    for name in sorted(name for name in end if name.startswith("sum_")):
        print(name, end[name]["sender"], end[name]["bytes"] > 0)
    print("congestion:", "sender_tcp_congestion" in end)


with open(sys.argv[1], encoding="utf-8") as file:
    show(json.load(file))
