# SPDX-License-Identifier: BSD-3-Clause
"""What the clients of recipes' servers have in common.

A client is called with the server's port, which is one of 127.0.0.1, and a test's name. It prints
the same for a server on this machine and one under Hermit, or raises an exception.
"""

import hashlib
import random
import socket
import sys
import threading
import time

PATIENCE = 60  # seconds for any one answer: the machine may be busy


def free_port():
    """A port of 127.0.0.1 that nobody has for TCP or UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def connect(port):
    """A connection to the server."""
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class Connection:
    """A connection that is also read as a file."""

    def __init__(self, port):
        self.sock = connect(port)
        self.file = self.sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.sock.close()


def receive_exactly(sock, size):
    """So many bytes."""
    parts = []
    while size > 0:
        part = sock.recv(min(size, 1 << 20))
        if not part:
            raise EOFError(f"{size} bytes are missing")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive_until(sock, end):
    """What comes up to that end."""
    data = b""
    while not data.endswith(end):
        part = sock.recv(1 << 16)
        if not part:
            raise EOFError("the end is missing")
        data += part
    return data


def wait_until_ready(port, question, answer):
    """Until the server answers as it should: a published port takes connections before that."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with connect(port) as sock:
                sock.sendall(question)
                if receive_exactly(sock, len(answer)) == answer:
                    return
        except (OSError, EOFError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not answer")
        time.sleep(0.05)


def made_bytes(seed, size):
    """The same bytes each time."""
    return random.Random(seed).randbytes(size)


def digest(data):
    """A short hash."""
    return hashlib.sha256(data).hexdigest()[:16]


def in_threads(n, work):
    """work(0) to work(n - 1) at once; what one of them raises is raised here."""
    results, troubles = [None] * n, []

    def run(i):
        try:
            results[i] = work(i)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return results


def main(tests):
    """Runs the test that the command line names, one of the caller's functions."""
    port, name = int(sys.argv[1]), sys.argv[2]
    tests[f"test_{name}"](port)
