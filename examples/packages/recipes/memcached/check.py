# SPDX-License-Identifier: BSD-3-Clause
"""Asks memcached by its text, meta and binary protocols: check.py PORT TEST"""

import socket
import struct
import time

from client import Connection, connect, digest, in_threads, made_bytes, main, receive_exactly, wait_until_ready


class Text(Connection):
    """A connection that speaks text, line by line."""

    def line(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("no answer")
        return line[:-2].decode()

    def ask(self, command, data=None):
        """The first line of the answer."""
        request = command.encode() + b"\r\n"
        if data is not None:
            request += data + b"\r\n"
        self.sock.sendall(request)
        return self.line()

    def until_end(self, command):
        """The lines up to END."""
        lines, line = [], self.ask(command)
        while line != "END":
            lines.append(line)
            line = self.line()
        return lines

    def get(self, key, command="get"):
        """The value, or None."""
        line = self.ask(f"{command} {key}")
        if line == "END":
            return None
        data = self.file.read(int(line.split()[3]) + 2)[:-2]
        assert self.line() == "END"
        return data

    def stats(self, what=""):
        """Names and values."""
        return dict(line.split(maxsplit=2)[1:] for line in self.until_end(f"stats {what}".strip()))


def test_ready(port):
    wait_until_ready(port, b"version\r\n", b"VERSION ")


def test_text(port):
    with Text(port) as c:
        def show(command, data=None):
            print(command, "->", c.ask(command, data))

        show("flush_all")
        show("set a 5 0 5", b"hello")
        print(c.until_end("get a b"))
        show("add a 0 0 1", b"x")
        show("add b 7 0 1", b"x")
        show("replace missing 0 0 1", b"x")
        show("replace b 0 0 3", b"xyz")
        show("append b 0 0 3", b"end")
        show("prepend b 0 0 5", b"begin")
        print(c.get("b"))
        show("set n 0 0 2", b"10")
        show("incr n 32")
        show("decr n 50")
        show("incr b 1")
        show("incr missing 1")
        number = c.ask("gets a").split()[-1]
        c.line(), c.line()
        print("cas", c.ask(f"cas a 0 0 3 {number}", b"cas"), c.ask(f"cas a 0 0 3 {number}", b"old"))
        show("touch a 100")
        print(c.until_end("gat 200 a"))
        show("delete a")
        show("delete a")
        show("set long 0 0 2097152", bytes(2097152))
        for command, data in (("set " + "k" * 251 + " 0 0 1", b"x"), ("no such command", None),
                              ("set x 0 0 1", b"too long")):
            with Text(port) as other:
                print(other.ask(command, data))
        # No answers to these: the one that comes is get's.
        c.sock.sendall(b"set q 0 0 1 noreply\r\nq\r\ndelete b noreply\r\n")
        print(c.until_end("get q b"))
        show("verbosity 1")


def test_meta(port):
    with Text(port) as c:
        print(c.ask("mn"))
        print(c.ask("ms key 5 T100 F42", b"value"))
        print(c.ask("mg key v f s t"), c.line())
        print(c.ask("mg key k O123"))
        print(c.ask("mg missing v"))
        print(c.ask("ms key 3 ME", b"add"))
        print(c.ask("ms key 4 MA", b"+end"))
        print(c.ask("mg key v"), c.line())
        print(c.ask("ma number N0 J10 v"), c.line())
        print(c.ask("ma number D5 v"), c.line())
        print(c.ask("md key q\r\nmn"), c.ask("mg key v"))


def binary(opcode, key=b"", extras=b"", value=b"", opaque=0, cas=0):
    size = len(key) + len(extras) + len(value)
    head = struct.pack(">BBHBBHIIQ", 0x80, opcode, len(key), len(extras), 0, 0, size, opaque, cas)
    return head + extras + key + value


def binary_answer(sock):
    """Opcode, status, opaque, key, value."""
    head = struct.unpack(">BBHBBHIIQ", receive_exactly(sock, 24))
    assert head[0] == 0x81
    body = receive_exactly(sock, head[6])
    return head[1], head[5], head[7], body[head[3]:head[3] + head[2]], body[head[3] + head[2]:]


def test_binary(port):
    GET, SET, ADD, DELETE, INCREMENT, QUIT, NOOP, VERSION, GETKQ, STAT = 0, 1, 2, 4, 5, 7, 10, 11, 13, 16
    with connect(port) as s:
        def show(*arguments, **named):
            s.sendall(binary(*arguments, **named))
            print(*binary_answer(s))

        kept = struct.pack(">II", 7, 0)
        show(VERSION)
        show(SET, b"bin", kept, b"value", opaque=99)
        show(ADD, b"bin", kept, b"other")
        show(GET, b"bin")
        show(GET, b"nothing")
        show(INCREMENT, b"count", struct.pack(">QQI", 5, 100, 0))
        show(INCREMENT, b"count", struct.pack(">QQI", 5, 100, 0))
        # Quiet ones in one write: only the hits are answered, and what ends the row.
        s.sendall(b"".join(binary(GETKQ, b"miss%d" % i) for i in range(100)) +
                  binary(GETKQ, b"bin", opaque=5) + binary(NOOP, opaque=6))
        print(binary_answer(s), binary_answer(s))
        show(DELETE, b"bin")
        show(0x70)
        s.sendall(binary(STAT, b"settings"))
        n = 0
        while binary_answer(s)[3] != b"":
            n += 1
        print(n > 50)
        show(QUIT)
        print(s.recv(1))


def test_values(port):
    """Of all sizes up to the largest, whole and by one byte after the other's buffer."""
    sizes = [0, 1, 2, 1023, 1400, 1460, 4096, 16383, 16384, 16385, 65536, 100000, 524288, 1000000]
    with Text(port) as c:
        for size in sizes:
            data = made_bytes(size, size)
            assert c.ask(f"set size{size} 0 0 {size}", data) == "STORED"
            got = c.get(f"size{size}")
            print(size, digest(got), got == data)
        # All of them by one request.
        total = 0
        c.sock.sendall(b"get " + b" ".join(b"size%d" % size for size in sizes) + b"\r\n")
        for size in sizes:
            assert c.line() == f"VALUE size{size} 0 {size}"
            data = c.file.read(size + 2)
            total += len(data)
        print(c.line(), total)


def test_connections(port):
    """Many at once, each of which is used more than once."""
    clients = []
    for i in range(500):
        # One after the other: QEMU's network lets no more than two wait to be accepted.
        clients.append(Text(port))
        assert clients[i].ask(f"set c{i} 0 0 4", b"%04d" % i) == "STORED"
    for i, c in enumerate(clients):
        c.sock.sendall(b"get c%d\r\n" % ((i + 250) % 500))
    for i, c in enumerate(clients):
        assert (c.line(), c.line(), c.line()) == \
            (f"VALUE c{(i + 250) % 500} 0 4", f"{(i + 250) % 500:04}", "END")
    print(int(clients[0].stats()["curr_connections"]) >= 500)
    for c in clients:
        c.close()
    # In turn, each closed by the client.
    for i in range(500):
        with Text(port) as c:
            assert c.get(f"c{i}") == b"%04d" % i
    with Text(port) as c:
        deadline = time.monotonic() + 30
        while int(c.stats()["curr_connections"]) > 20 and time.monotonic() < deadline:
            time.sleep(0.1)
        print(int(c.stats()["curr_connections"]) <= 20, c.stats()["rejected_connections"])


def test_threads(port):
    """Clients at once on all of the server's threads: no addition is lost, no value torn."""
    rounds = 60

    def work(i):
        with Text(port) as c:
            for n in range(rounds):
                c.sock.sendall(b"incr sum 1 noreply\r\nset own%d 0 0 8\r\n%08d\r\nget own%d\r\n" %
                               (i, n, i))
                assert [c.line() for _ in range(4)] == ["STORED", f"VALUE own{i} 0 8", f"{n:08}",
                                                         "END"]
                both = c.get("shared")
                assert both in (b"A" * 5000, b"B" * 5000)
                assert c.ask("set shared 0 0 5000", both[-1:].translate(swap) * 5000) == "STORED"

    swap = bytes.maketrans(b"AB", b"BA")
    with Text(port) as c:
        c.ask("set sum 0 0 1", b"0")
        c.ask("set shared 0 0 5000", b"A" * 5000)
        in_threads(8, work)
        print(c.get("sum"), c.stats()["threads"])


def test_expiry(port):
    with Text(port) as c:
        c.ask("set short 0 2 3", b"bye")
        c.ask("set long 0 1000 4", b"stay")
        print(c.get("short"))
        deadline = time.monotonic() + 30
        while c.get("short") is not None and time.monotonic() < deadline:
            time.sleep(0.2)
        print(c.get("short"), c.get("long"))


def test_eviction(port):
    """More than there is room for: the oldest go, the server stays."""
    value = bytes(500000)
    with Text(port) as c:
        for i in range(60):
            assert c.ask(f"set evict{i} 0 0 {len(value)}", value) == "STORED"
        stats = c.stats()
        print(int(stats["evictions"]) > 0, int(stats["bytes"]) <= int(stats["limit_maxbytes"]),
              c.get("evict59") == value, c.get("evict0"))


def test_stats(port):
    with Text(port) as c:
        c.ask("stats reset")
        for i in range(10):
            c.ask("set s 0 0 1", b"x")
            c.get("s")
            c.get("nothing")
        stats = c.stats()
        print({name: stats[name] for name in ("cmd_get", "cmd_set", "get_hits", "get_misses")})
        print(c.stats("settings")["num_threads"], len(c.stats("slabs")) > 10, len(c.stats("items")) > 10)


def test_udp(port):
    """Requests and answers by datagrams, of which a large value takes many."""
    with Text(port) as c:
        c.ask("set small 0 0 5", b"small")
        c.ask("set large 0 0 20000", made_bytes(1, 20000))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(30)
        s.connect(("127.0.0.1", port))
        for number, key in enumerate((b"small", b"large", b"missing")):
            s.send(struct.pack(">HHHH", number, 0, 1, 0) + b"get " + key + b"\r\n")
            parts, count = {}, 1
            while len(parts) < count:
                data = s.recv(65536)
                got, part, count, _ = struct.unpack(">HHHH", data[:8])
                assert got == number
                parts[part] = data[8:]
            answer = b"".join(parts[i] for i in range(count))
            print(key, count, len(answer), digest(answer))


main(globals())
