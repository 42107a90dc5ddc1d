# SPDX-License-Identifier: BSD-3-Clause
"""Asks nginx for the files that the recipe has made: check.py PORT TEST"""

import gzip
import http.client
import select
import socket
import time

from client import connect, digest, in_threads, main, receive_exactly, receive_until, wait_until_ready

SIZES = (0, 1, 1023, 1460, 4096, 65536, 100000, 1048577, 5000000)


def ask(client, path, method="GET", **headers):
    """Status, headers and body of an answer."""
    client.request(method, path, headers={name.replace("_", "-"): value
                                          for name, value in headers.items()})
    answer = client.getresponse()
    return answer.status, answer.headers, answer.read()


def new_client(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def test_ready(port):
    wait_until_ready(port, b"GET /size1 HTTP/1.0\r\n\r\n", b"HTTP/1.1 200 OK\r\n")


def files_from(port, folder):
    """All files on one connection."""
    client = new_client(port)
    for size in SIZES:
        status, headers, body = ask(client, f"{folder}/size{size}")
        print(size, status, headers["Content-Length"], len(body), digest(body))


def test_files(port):
    files_from(port, "")


def test_copied(port):
    files_from(port, "/copied")


def test_threads(port):
    files_from(port, "/threads")


def test_proxy(port):
    files_from(port, "/proxy")


def test_local(port):
    files_from(port, "/local")


def test_packed(port):
    client = new_client(port)
    for size in SIZES:
        status, headers, body = ask(client, f"/packed/size{size}", Accept_Encoding="gzip")
        packed = headers["Content-Encoding"] == "gzip"
        print(size, status, packed, digest(gzip.decompress(body) if packed else body))


def test_answers(port):
    """Of all kinds."""
    def show(*arguments, **headers):
        status, fields, body = ask(new_client(port), *arguments, **headers)
        print(arguments[0][:30], *arguments[1:], *headers, "->", status, fields["Content-Length"], fields["Content-Type"],
              fields["Allow"], len(body), digest(body))
        return fields

    fields = show("/size4096", "HEAD")
    show("/missing")
    show("/missing", "HEAD")
    show("/small")
    show("/size4096", "POST")
    show("/size4096", If_None_Match=fields["ETag"])
    show("/size4096", If_Modified_Since=fields["Last-Modified"])
    show("/size4096", If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT")
    show("/size4096", If_Match='"another"')
    show("/nobody/")
    show("/../../etc/passwd")
    show("/%73ize1")
    show("/" + "x" * 4000)
    names = [line.split(b'"')[1] for line in ask(new_client(port), "/small/")[2].splitlines() if b"href" in line]
    print(len(names), digest(b" ".join(names)))


def test_broken(port):
    """Requests that are none."""
    for request in (b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                    b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"x" * 40000 + b" HTTP/1.1\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost: a\r\nLong: " + b"x" * 40000 + b"\r\n\r\n"):
        with connect(port) as sock:
            try:
                sock.sendall(request)
                answer = sock.recv(100)
            except ConnectionError:
                answer = b"HTTP/1.1 closed"  # before all of the request was there
            print(request[:20], answer.split(b" ")[1] if answer else "closed")


def test_ranges(port):
    client = new_client(port)
    for wanted in ("0-0", "0-99", "100-199", "-1", "-500000", "4999999-", "4999999-9999999", "5000000-",
                   "0-9,100-109,-10", "1000000-1999999,3000000-3999999", "9-1", "x"):
        status, headers, body = ask(client, "/size5000000", Range=f"bytes={wanted}")
        kind = headers["Content-Type"]
        if kind.startswith("multipart"):  # its boundary is another each time
            body = body.replace(kind.split("=")[1].encode(), b"boundary")
            kind = "multipart"
        print(wanted, status, headers["Content-Range"], kind, len(body) if status != 206 else
              digest(body))


def test_keep_alive(port):
    """A thousand requests on a connection, the second half of them in one write."""
    client = new_client(port)
    bodies = set()
    for i in range(500):
        bodies.add((ask(client, f"/small/{i % 50}")[2]) == b"file %d\n" % (i % 50))
    print(bodies)
    with connect(port) as sock:
        sock.sendall(b"".join(b"GET /small/%d HTTP/1.1\r\nHost: a\r\n\r\n" % (i % 50)
                              for i in range(500)) +
                     b"GET /size1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        data = b""
        while part := sock.recv(1 << 16):
            data += part
    print(data.count(b"HTTP/1.1 200 OK"), [data.count(b"file %d\n" % i) for i in (0, 25, 49)])


def test_connections(port):
    """A thousand at once, in which every other one asks before the rest do."""
    def send(sock, i):
        sock.sendall(b"GET /small/%d HTTP/1.1\r\nHost: a\r\n\r\n" % (i % 50))

    def is_answered(sock, i):
        answer = receive_until(sock, b"\r\n\r\nfile %d\n" % (i % 50))
        return answer.startswith(b"HTTP/1.1 200 OK")

    socks = []
    for i in range(1000):
        # One after the other: QEMU's network lets no more than two wait to be accepted.
        socks.append(connect(port))
        send(socks[i], i)
        assert is_answered(socks[i], i)
    good = 0
    for half in (socks[::2], socks[1::2]):
        for i, sock in enumerate(half):
            send(sock, i)
    for half in (socks[::2], socks[1::2]):
        for i, sock in enumerate(half):
            good += is_answered(sock, i)
    print(good)
    active = int(ask(new_client(port), "/status")[2].split()[2])
    print(active >= 1000)
    for sock in socks:
        sock.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        active = int(ask(new_client(port), "/status")[2].split()[2])
        if active < 20:
            break
        time.sleep(0.1)
    print(active < 20)


def test_many_large(port):
    """Clients at once, each with a large file, some of which read slowly or leave."""
    def work(i):
        with connect(port) as sock:
            sock.sendall(b"GET /%s HTTP/1.0\r\n\r\n" % (b"size5000000", b"threads/size5000000")[i % 2])
            if i % 8 == 7:
                sock.recv(1000)
                return None  # with all the rest unread
            data = []
            while part := sock.recv(4096 if i % 8 == 6 else 1 << 16):
                data.append(part)
            return digest(b"".join(data).split(b"\r\n\r\n", 1)[1])
    print(in_threads(16, work))


def test_rate(port):
    """A limited rate takes its time, others are not kept waiting."""
    begun = time.monotonic()
    with connect(port) as slow:
        slow.sendall(b"GET /slow/size100000 HTTP/1.0\r\n\r\n")
        client = new_client(port)
        print({ask(client, "/size1")[0] for _ in range(100)})
        size = 0
        while part := slow.recv(1 << 16):
            size += len(part)
    print(size > 100000, time.monotonic() - begun > 1)


def test_half_closed(port):
    """A request behind which the client has closed its side is answered."""
    with connect(port) as sock:
        sock.sendall(b"GET /size100000 HTTP/1.0\r\n\r\n")
        sock.shutdown(socket.SHUT_WR)
        size = 0
        while part := sock.recv(1 << 16):
            size += len(part)
        print(size > 100000)


def test_idle(port):
    """Who sends nothing is let be."""
    with connect(port) as sock:
        print(select.select([sock], [], [], 1)[0])
        sock.sendall(b"GET /size1 HT")
        time.sleep(0.2)
        sock.sendall(b"TP/1.0\r\n\r\n")
        print(receive_exactly(sock, 15))


main(globals())
