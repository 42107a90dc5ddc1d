# SPDX-License-Identifier: BSD-3-Clause
"""Asks redis by its protocol: check.py PORT TEST"""

import time

from client import Connection, digest, in_threads, made_bytes, main, wait_until_ready


class Client(Connection):
    """A connection; ask() gives the answer as numbers, bytes, lists, None or an error's text."""

    def send(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.sock.sendall(b"*%d\r\n" % len(words) +
                          b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))

    def answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("no answer")
        kind, text = line[:1], line[1:-2]
        if kind == b":":
            return int(text)
        if kind == b"$":
            return None if text == b"-1" else self.file.read(int(text) + 2)[:-2]
        if kind == b"*":
            return None if text == b"-1" else [self.answer() for _ in range(int(text))]
        return text

    def ask(self, *words):
        self.send(*words)
        return self.answer()


def test_ready(port):
    wait_until_ready(port, b"PING\r\n", b"+PONG\r\n")


def test_commands(port):
    with Client(port) as c:
        for command in ("SET a 1", "INCR a", "APPEND a xyz", "GET a", "INCR a", "RPUSH l 1 2 3", "LRANGE l 0 -1",
                        "HSET h f 1 g 2", "HGETALL h", "SADD s x", "SISMEMBER s x", "ZADD z 1 one 2 two",
                        "ZRANGE z 0 -1 WITHSCORES", "XADD st 1-1 k v", "XRANGE st - +", "SETBIT b 100 1",
                        "BITCOUNT b", "PFADD p 1 2 3", "PFCOUNT p", "GEOADD g 13.3 38.1 P", "GEOPOS g P",
                        "MULTI", "INCR t", "INCR t", "EXEC", "NOSUCH", "GET l", "DEL a l h", "DBSIZE"):
            print(command, "->", c.ask(*command.split()))
        print(c.ask("EVAL", "local n = 0 for i = 1, 100 do n = n + redis.call('INCR', KEYS[1]) end return n",
                    1, "script"))


def test_values(port):
    with Client(port) as c:
        for size in (0, 1, 16384, 65537, 1000000, 10000000):
            value = made_bytes(size, size)
            print(size, c.ask("SET", f"v{size}", value), digest(c.ask("GET", f"v{size}")))


def test_pipeline(port):
    """Ten thousand commands before the first answer is read."""
    with Client(port) as c:
        c.sock.sendall(b"INCR pipe\r\n" * 10000)
        print([c.answer() for _ in range(10000)] == list(range(1, 10001)))


def test_waiting(port):
    """Who waits gets what another client sends; a key goes in its time."""
    with Client(port) as a, Client(port) as b:
        a.send("BLPOP", "queue", 30)
        time.sleep(0.2)
        print(b.ask("RPUSH", "queue", "job"), a.answer(), a.ask("BLPOP", "queue", "0.2"))
        print(a.ask("SUBSCRIBE", "news"), b.ask("PUBLISH", "news", "text"), a.answer())
        print(b.ask("SET", "short", "x", "PX", 2000), b.ask("GET", "short"))
        time.sleep(2.5)
        print(b.ask("GET", "short"))


def test_clients(port):
    def work(i):
        with Client(port) as c:
            for _ in range(100):
                c.ask("INCR", "sum")
            return c.ask("SET", f"own{i}", i)
    print(in_threads(8, work))
    with Client(port) as c:
        print(c.ask("GET", "sum"))


def test_files(port):
    """All keys are the same after SAVE and loading, and from the file of commands."""
    with Client(port) as c:
        before = c.ask("DEBUG", "DIGEST")
        print(c.ask("DBSIZE") > 10, c.ask("SAVE"), c.ask("DEBUG", "RELOAD"),
              c.ask("DEBUG", "DIGEST") == before, c.ask("DEBUG", "LOADAOF"),
              c.ask("DEBUG", "DIGEST") == before)


main(globals())
