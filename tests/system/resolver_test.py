#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The C library's resolver against a name server on the host.

The server listens on port 53 of the loopback address, which the machine sees as 10.0.2.2, in a
network namespace. So nothing outside is asked.
"""

import ipaddress
import os
import socket
import struct
import threading

from hermit import check, expect, folder, main, run
from network import namespaced

A, CNAME, PTR, AAAA = 1, 5, 12, 28
NXDOMAIN, SERVFAIL = 3, 2
RECORDS = {
    ("one.test", A): ["192.0.2.1"],
    ("two.test", A): ["192.0.2.1", "192.0.2.2"],
    ("six.test", AAAA): ["2001:db8::6"],
    ("both.test", A): ["192.0.2.4"],
    ("both.test", AAAA): ["2001:db8::4"],
    ("alias.test", CNAME): ["middle.test"],
    ("middle.test", CNAME): ["one.test"],
    ("short.inner.test", A): ["192.0.2.7"],
    ("1.2.0.192.in-addr.arpa", PTR): ["one.test"],
    ("long.test", A): [f"192.0.2.{i}" for i in range(1, 100)],
}
RECORDS[(ipaddress.ip_address("2001:db8::6").reverse_pointer, PTR)] = ["six.test"]


def encode(name):
    """A name as DNS has it."""
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def find(name, kind):
    """The records that answer a question, aliases first."""
    found = []
    while (name, CNAME) in RECORDS:
        target = RECORDS[name, CNAME][0]
        found.append((name, CNAME, encode(target)))
        name = target
    for value in RECORDS.get((name, kind), []):
        data = encode(value) if kind == PTR else ipaddress.ip_address(value).packed
        found.append((name, kind, data))
    return found


def answer(question, limit=512):
    """The answer to a message; what does not fit is left out, and the message is marked so."""
    number, = struct.unpack("!H", question[:2])
    parts, at = [], 12
    while question[at]:
        parts.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    kind, = struct.unpack("!H", question[at + 1:at + 3])
    name = ".".join(parts).lower()
    exists = any(known == name for known, _ in RECORDS)
    code = SERVFAIL if name == "broken.test" else 0 if exists else NXDOMAIN
    body, count, cut = question[12:at + 5], 0, 0
    for owner, what, data in find(name, kind):
        record = encode(owner) + struct.pack("!HHIH", what, 1, 60, len(data)) + data
        if 12 + len(body) + len(record) > limit:
            cut = 0x200
            break
        body += record
        count += 1
    return struct.pack("!6H", number, 0x8180 | cut | code, 1, count, 0, 0) + body


class NameServer:
    """Answers by UDP on 127.0.0.1 until the test ends; for `with`. `asked` has the names."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        while True:
            question, sender = self.socket.recvfrom(4096)
            if question == b"end":
                return
            self.socket.sendto(answer(question), sender)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.socket.sendto(b"end", self.socket.getsockname())
        self.thread.join()
        self.socket.close()


def resolve(configuration, *questions):
    """The answers by question, each a sorted list of words."""
    with folder() as root:
        os.mkdir(f"{root}/etc")
        with open(f"{root}/etc/resolv.conf", "w", encoding="utf-8") as file:
            file.write(configuration)
        with NameServer():
            result = expect(run("resolve", *questions,
                                options=("--root", root, "--ip", "10.0.2.15")))
    lines = [line.split() for line in result.out.decode().splitlines()]
    return {line[0]: sorted(line[1:]) for line in lines}


def expect_answers(configuration, expected):
    """Each question has its answer."""
    got = resolve(configuration, *expected)
    for question, words in expected.items():
        check(got[question] == sorted(words.split()),
              f"{question}: {words} was promised, not {got[question]}")


@namespaced
def test_names_have_addresses():
    expect_answers("nameserver 10.0.2.2\n", {
        "4:one.test": "192.0.2.1",
        "4:two.test": "192.0.2.1 192.0.2.2",
        "6:six.test": "2001:db8::6",
        "any:both.test": "192.0.2.4 2001:db8::4",
        "any:one.test": "192.0.2.1",
        "4:ALIAS.Test": "192.0.2.1",
        "canon:alias.test": "one.test",
        "4:six.test": "EAI_NONAME",
        "any:none.test": "EAI_NONAME",
        "any:a..b": "EAI_NONAME",
        "name:192.0.2.1": "one.test",
        "name:2001:db8::6": "six.test",
        "name:192.0.2.9": "EAI_NONAME",
        "4:127.1": "127.0.0.1",
        "any:localhost": "127.0.0.1 ::1",
    })


@namespaced
def test_answers_that_are_cut_give_what_they_have():
    got = resolve("nameserver 10.0.2.2\n", "4:long.test")["4:long.test"]
    check(0 < len(got) < 99 and set(got) <= set(RECORDS["long.test", A]),
          f"the first of 99 addresses, not {got}")


@namespaced
def test_domains_are_searched():
    expect_answers("search outer.test inner.test\nnameserver 10.0.2.2\n", {
        "4:short": "192.0.2.7",
        "4:one.test": "192.0.2.1",
        "4:short.": "EAI_NONAME",
        "4:nobody": "EAI_NONAME",
    })


@namespaced
def test_a_dead_name_server_is_passed_over():
    expect_answers("nameserver 10.0.2.77\nnameserver 10.0.2.2\n", {
        "4:one.test": "192.0.2.1",
        "any:both.test": "192.0.2.4 2001:db8::4",
    })


@namespaced
def test_servers_that_do_not_answer_are_an_error():
    expect_answers("nameserver 10.0.2.77\noptions timeout:1 attempts:1\n",
                   {"4:one.test": "EAI_AGAIN"})
    expect_answers("nameserver 10.0.2.2\noptions timeout:1 attempts:1\n",
                   {"4:broken.test": "EAI_AGAIN"})


if __name__ == "__main__":
    main(globals())
