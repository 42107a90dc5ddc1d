# SPDX-License-Identifier: BSD-3-Clause
"""What curl is tested with: servers of HTTP and TLS, of names, and such as do not answer well.

All listen on the loopback addresses, in threads of the caller's.
"""

import gzip
import hashlib
import http.server
import ipaddress
import socket
import ssl
import struct
import subprocess
import threading
import time

from client import made_bytes

HTTP, HTTPS, OTHER_HTTPS, SILENT, ABRUPT, REFUSED = 8080, 8443, 8444, 8081, 8082, 8083
NAME = "server.test"
BLOCK = made_bytes(1, 1_000_000)
A, AAAA = 1, 28


def size_of(path):
    """A file of the server's by its name, /files/SIZE; None if there is none."""
    size = path.removeprefix("/files/")
    return int(size) if path.startswith("/files/") and size.isdecimal() else None


def blocks(first, end):
    """That part of any file of the server's."""
    while first < end:
        block = BLOCK[first % len(BLOCK):][:end - first]
        yield block
        first += len(block)


class Handler(http.server.BaseHTTPRequestHandler):
    """Files of any size, what it was sent, redirections, and answers that are wrong."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", len(body))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        special = getattr(self, "get_" + self.path.split("/")[1], None)
        size = size_of(self.path)
        if special is not None:
            special()
        elif size is None:
            self.answer(404, b"there is none\n")
        else:
            self.send_file(size)

    do_HEAD = do_GET

    def send_file(self, size):
        first, end, status = 0, size, 200
        wanted = self.headers.get("Range")
        if wanted is not None:
            low, high = wanted.removeprefix("bytes=").split("-")
            first = int(low) if low else max(size - int(high), 0)
            end = min(int(high) + 1, size) if low and high else size
            if first >= end:
                self.answer(416, b"", Content_Range=f"bytes */{size}")
                return
            status = 206
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{end - 1}/{size}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", end - first)
        self.end_headers()
        if self.command != "HEAD":
            for block in blocks(first, end):
                self.wfile.write(block)

    def get_redirect(self):
        """/redirect/N: N times, then to a file."""
        left = int(self.path.split("/")[2])
        self.answer(302, Location=f"/redirect/{left - 1}" if left > 1 else "/files/1460")

    def get_loop(self):
        self.answer(302, Location="/loop")

    def get_elsewhere(self):
        """To the other protocol."""
        self.answer(301, Location=f"https://{NAME}:{HTTPS}/files/1460")

    def get_headers(self):
        """What the client sent, but for its own name."""
        lines = [f"{name}: {value}\n" for name, value in self.headers.items()]
        self.answer(200, "".join(lines).encode(), Set_Cookie="a=b")

    def get_packed(self):
        self.answer(200, gzip.compress(BLOCK[:100000] * 2), Content_Encoding="gzip")

    def get_chunked(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for size in (1, 1000, 70000):
            self.wfile.write(b"%x\r\n%s\r\n" % (size, BLOCK[:size]))
        self.wfile.write(b"0\r\n\r\n")

    def get_cut(self):
        """Less than was promised."""
        self.send_response(200)
        self.send_header("Content-Length", 1000)
        self.end_headers()
        self.wfile.write(b"x" * 100)
        self.close_connection = True

    def get_slow(self):
        self.send_response(200)
        self.send_header("Content-Length", 1000)
        self.end_headers()
        self.wfile.write(b"x")
        time.sleep(60)
        self.close_connection = True

    def get_secret(self):
        if self.headers.get("Authorization") == "Basic dXNlcjp3b3Jk":  # user:word
            self.answer(200, b"you may\n")
        else:
            self.answer(401, b"", WWW_Authenticate='Basic realm="a"')

    def receive(self):
        """The hash of the body that was sent."""
        got, size = hashlib.sha256(), 0
        if self.headers.get("Transfer-Encoding") == "chunked":
            while part := self.rfile.read(int(self.rfile.readline(), 16)):
                self.rfile.readline()
                got.update(part)
                size += len(part)
            self.rfile.readline()
        else:
            left = int(self.headers["Content-Length"])
            while left > 0 and (part := self.rfile.read(min(left, 1 << 20))):
                got.update(part)
                size += len(part)
                left -= len(part)
        self.answer(200, f"{self.command} {size} {got.hexdigest()[:16]}\n".encode())

    do_PUT = do_POST = receive


class Server(http.server.ThreadingHTTPServer):
    """On the IPv4 and the IPv6 loopback address."""

    request_queue_size = 100

    def handle_error(self, *_):
        """Clients that leave are part of the tests."""


class Server6(Server):
    address_family = socket.AF_INET6


def serve_http(port, context=None):
    for kind, address in ((Server, "127.0.0.1"), (Server6, "::1")):
        server = kind((address, port), Handler)
        if context is not None:
            # The handshake is the connection's own thread's.
            server.socket = context.wrap_socket(server.socket, server_side=True,
                                                do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def serve_silence():
    """Takes connections and says nothing."""
    silent = socket.create_server(("127.0.0.1", SILENT))
    kept = []
    while True:
        kept.append(silent.accept())


def serve_resets():
    """Takes a request and answers with a reset."""
    server = socket.create_server(("127.0.0.1", ABRUPT))
    while True:
        sock, _ = server.accept()
        sock.recv(1 << 16)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


def serve_names(v4, v6):
    """All names that end in .test but none.test have these addresses, four.test but the first."""
    sock = socket.socket(type=socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 53))
    while True:
        question, sender = sock.recvfrom(4096)
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        kind, = struct.unpack("!H", question[at + 1:at + 3])
        known = labels[-1] == "test" and labels[0] != "none"
        records = b""
        if known and kind in (A, AAAA) and not (labels[0] == "four" and kind == AAAA):
            packed = ipaddress.ip_address(v4 if kind == A else v6).packed
            records = struct.pack("!HHHIH", 0xc00c, kind, 1, 60, len(packed)) + packed
        sock.sendto(question[:2] + struct.pack("!5H", 0x8180 | (0 if known else 3), 1,
                                               len(records) > 0, 0, 0) +
                    question[12:at + 5] + records, sender)


def make_certificates(folder):
    """An authority's and a server's; another server's that signs itself."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem",
            "-subj", "/CN=authority", "-days", "30", "-addext", "keyUsage=keyCertSign")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={NAME}")
    with open(f"{folder}/names", "w", encoding="ascii") as file:
        file.write(f"subjectAltName=DNS:{NAME}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
            "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "server.pem")
    openssl("req", "-x509", *key, "-keyout", "other.key", "-out", "other.pem",
            "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "30")


def context_of(folder, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    return context


def serve(folder, addresses):
    """All of them; the certificates are in the folder, the names have the addresses."""
    make_certificates(folder)
    serve_http(HTTP)
    serve_http(HTTPS, context_of(folder, "server"))
    serve_http(OTHER_HTTPS, context_of(folder, "other"))
    for work, arguments in ((serve_silence, ()), (serve_resets, ()), (serve_names, addresses)):
        threading.Thread(target=work, args=arguments, daemon=True).start()
