# SPDX-License-Identifier: BSD-3-Clause
"""Runs curl against servers in this process: check.py native|hermit FOLDER LAUNCHER CURL TEST

Prints curl's status and what came, the same on both systems, or raises an exception. All runs in a
network namespace of its own, where the names below are this machine's loopback address, as curl
sees it, and the ports are always the same.
"""

import os
import subprocess
import sys

from client import digest
from server import ABRUPT, BLOCK, HTTP, HTTPS, NAME, OTHER_HTTPS, REFUSED, SILENT, serve

# How a machine sees the loopback addresses of this one by QEMU's own network.
ADDRESSES = {"native": ("127.0.0.1", "::1"), "hermit": ("10.0.2.2", "fec0::2")}
SIZES = (0, 1, 1460, 65536, 1000003)
LARGE = 100_000_000
# What curl would take of this machine: proxies, and authorities that others trust.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.lower().endswith("_proxy") and not name.startswith(("CURL_", "SSL_"))}


def curl(*arguments, inputs=None):
    """What curl prints, and its status."""
    command = [CURL, "-q", "-sS", *arguments]
    if SYSTEM == "hermit":
        command = [LAUNCHER, "run", "--share", FOLDER, "--cwd", FOLDER, "--net", "user", "--",
                   *command]
    result = subprocess.run(command, cwd=FOLDER, input=inputs or b"", stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False, env=ENVIRONMENT)
    print(arguments, result.stderr, file=sys.stderr)
    return result.stdout, result.returncode


def show(what, *arguments, inputs=None):
    """A line that says how curl ended and what came."""
    out, status = curl(*arguments, inputs=inputs)
    shown = repr(out) if len(out) < 200 else digest(out)
    print(f"{what}: {status} {len(out)} {shown}")


def show_files(*names):
    """What curl has written."""
    for name in names:
        path = f"{FOLDER}/{name}"
        if not os.path.exists(path):
            print(f"{name}: none")
            continue
        with open(path, "rb") as file:
            print(f"{name}: {os.path.getsize(path)} {digest(file.read())}")
        os.remove(path)


def http(path, name=NAME):
    return f"http://{name}:{HTTP}{path}"


def https(path, name=NAME, port=HTTPS):
    return f"https://{name}:{port}{path}"


def make_file(name, size):
    with open(f"{FOLDER}/{name}", "wb") as file:
        for at in range(0, size, len(BLOCK)):
            file.write(BLOCK[:size - at])


TRUST = ("--cacert", "authority.pem")


def test_version():
    out, status = curl("--version")
    print(status, *[line for line in out.decode().splitlines() if ": " in line], sep="\n")


def fetch(url, *options):
    """Files of all sizes on one connection."""
    names = [f"size{size}" for size in SIZES]
    show("fetched", *options, "-w", "%{http_code} %{size_download} %{num_connects};",
         *[word for size in SIZES for word in (url(f"/files/{size}"), "-o", f"size{size}")])
    show_files(*names)


def test_files():
    fetch(http)
    show("chunked", http("/chunked"))
    show("packed", "--compressed", http("/packed"))
    show("local", f"file://{FOLDER}/authority.pem", "-o", "copy")
    print(os.path.getsize(f"{FOLDER}/copy") == os.path.getsize(f"{FOLDER}/authority.pem"))


def test_large():
    """100 MB, into a file and through the standard output."""
    show("to a file", http(f"/files/{LARGE}"), "-o", "large")
    show_files("large")
    show("to the output", http(f"/files/{LARGE // 4}"))


def upload(url, *options):
    for size in SIZES:
        make_file("sent", size)
        show("put", *options, "-T", "sent", url("/up"))
        show("post", *options, "--data-binary", "@sent", url("/up"))
    show("of the input", *options, "-T", "-", url("/up"), inputs=BLOCK)
    make_file("sent", LARGE // 5)
    show("large", *options, "-T", "sent", url("/up"))


def test_upload():
    upload(http)


def test_ranges():
    for wanted in ("0-0", "100-199", "-1", "-500000", "999999-", "1000000-1000002", "1000003-"):
        show(wanted, "-r", wanted, "-w", " %{http_code}", http("/files/1000003"))
    show("head", "-I", "-w", " %{http_code}", "-o", "/dev/null", http("/files/1000003"))


def test_resume():
    """From where a file ends, and where it is all there."""
    for have in (0, 1, 500000, 1000003):
        make_file("part", have)
        show(f"after {have}", "-C", "-", http("/files/1000003"), "-o", "part")
        show_files("part")
    make_file("part", 70000)
    show("of no ranges", "-C", "-", http("/chunked"), "-o", "part")


def test_redirect():
    shown = ("-w", " %{http_code} %{num_redirects} %{url_effective}")
    show("not followed", *shown, http("/redirect/3"))
    show("followed", "-L", *shown, http("/redirect/3"), "-o", "/dev/null")
    show("too often", "-L", "--max-redirs", "5", *shown, http("/redirect/9"))
    show("for ever", "-L", "--max-redirs", "20", http("/loop"))
    show("to TLS", "-L", *TRUST, *shown, http("/elsewhere"), "-o", "/dev/null")
    show("not to TLS", "-L", "--proto-redir", "=http", http("/elsewhere"))


def parallel(url, *options):
    show("at once", *options, "-Z", "--parallel-max", "20", url("/files/[100000-100039]"),
         "-o", "file#1")
    show_files(*[f"file{100000 + i}" for i in range(40)])


def test_parallel():
    parallel(http)


def test_headers():
    show("sent", "-A", "agent", "-e", "elsewhere", "-H", "Own: 1", "-H", "Accept:", "-b", "c=d",
         http("/headers"))
    show("cookies", "-c", "jar", http("/headers"), "-o", "/dev/null", "-b", "jar",
         "--next", "-sS", "-b", "jar", "-A", "agent", http("/headers"))
    show("refused", "-w", "%{http_code}", http("/secret"))
    show("let in", "-u", "user:word", http("/secret"))
    with open(f"{FOLDER}/netrc", "w", encoding="ascii") as file:
        file.write(f"machine {NAME} login user password word\n")
    show("by a file", "--netrc-file", "netrc", http("/secret"))


def test_resolve():
    """Without the name server."""
    address = ADDRESSES[SYSTEM][0]
    show("resolved", "--resolve", f"here.example:{HTTP}:{address}", http("/files/100", "here.example"))
    show("connected", "--connect-to", f"there.example:1:{NAME}:{HTTP}", "http://there.example:1/files/100")
    show("another", "--resolve", f"{NAME}:{HTTP}:{address}", http("/files/101"))


def test_names():
    for name in (NAME, "four.test", "none.test", "Upper.Test", "localhost.test", "a" * 64 + ".test"):
        show(name, http("/files/10", name))
    show("by four", "-4", http("/files/10"))
    show("address", http("/files/10", ADDRESSES[SYSTEM][0]))


def test_ipv6():
    """IPv6 alone."""
    show("by six", "-6", http("/files/1000003"), "-o", "six")
    show_files("six")
    show("none", "-6", http("/files/10", "four.test"))
    show("address", "-g", http("/files/10", f"[{ADDRESSES[SYSTEM][1]}]"))


def test_tls():
    fetch(https, *TRUST)
    show("verified", *TRUST, "-w", " %{ssl_verify_result} %{scheme} %{http_version}", https("/files/10"))
    show("wrong name", *TRUST, https("/files/10", "wrong.test"))
    show("wrong name, by --resolve", *TRUST, "--resolve",
         f"here.example:{HTTPS}:{ADDRESSES[SYSTEM][0]}", https("/files/10", "here.example"))
    show("signed by itself", *TRUST, https("/files/10", NAME, OTHER_HTTPS))
    show("that one trusted", "--cacert", "other.pem", https("/files/10", NAME, OTHER_HTTPS))
    show("nobody trusted", https("/files/10"))
    show("anybody", "-k", https("/files/10", "wrong.test", OTHER_HTTPS))
    show("1.2", *TRUST, "--tlsv1.2", https("/files/10"))
    show("ciphers", *TRUST, "--ciphers", "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384", https("/files/10"))
    show("resumed sessions", *TRUST, "-H", "Connection: close", https("/files/[10-19]"))
    show("by six", *TRUST, "-6", https("/files/10"))


def test_tls_large():
    show("large", *TRUST, https(f"/files/{LARGE // 5}"), "-o", "large")
    show_files("large")


def test_tls_upload():
    upload(https, *TRUST)


def test_tls_parallel():
    parallel(https, *TRUST)


def test_errors():
    make_file("sent", 10)
    for arguments in (
            ("--no-such-option",), ("http://",), ("nothing://server.test/",), ("http://a b/",),
            (http("/files/1", "none.test"),), ("-x", "none.test:1", http("/files/1")),
            (f"http://{NAME}:{REFUSED}/",), (f"http://{NAME}:{ABRUPT}/",),
            ("-x", f"{NAME}:{REFUSED}", http("/files/1")),
            ("-f", http("/none")), (http("/none"),), (http("/cut"),),
            ("--max-filesize", "10", http("/files/11")),
            ("-o", "none/file", http("/files/1")), ("-o", "/dev/full", http("/files/100000")),
            ("-T", "none", http("/up")), ("file:///none",),
            ("--interface", "nowhere0", http("/files/1")),
            ("--interface", "192.0.2.1", http("/files/1", "four.test")),
            ("--unix-socket", "none", http("/files/1")), ("-K", "none"),
            ("--http2", http("/files/10")), ("--limit-rate", "1M", http("/files/100000"))):
        show(" ".join(arguments), *arguments)


def test_tls_errors():
    for arguments in (
            ("--cacert", "none.pem", https("/files/1")), ("--cacert", "server.key", https("/files/1")),
            (*TRUST, "--cert", "none.pem", https("/files/1")),
            (*TRUST, f"https://{NAME}:{HTTP}/"), (*TRUST, f"https://{NAME}:{REFUSED}/"),
            (*TRUST, f"https://{NAME}:{ABRUPT}/"),
            (*TRUST, "--tls-max", "1.1", https("/files/1")),
            (*TRUST, "--ciphers", "none", https("/files/1")),
            (*TRUST, https("/cut"))):
        show(" ".join(arguments), *arguments)


def test_timeouts():
    for arguments in (("-m", "10", f"http://{NAME}:{SILENT}/"), ("-m", "10", http("/slow")),
                      ("-m", "10", *TRUST, f"https://{NAME}:{SILENT}/"),
                      ("-y", "3", "-Y", "100", http("/slow")),
                      ("--retry", "2", "--retry-connrefused", f"http://{NAME}:{REFUSED}/")):
        show(" ".join(arguments), *arguments)


def in_namespace():
    """This program again, in namespaces where it may have port 53 and the resolver's file."""
    unshare = ["unshare", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("this host allows no network namespaces")
        return 77
    return subprocess.run([*unshare, sys.executable, "-B", *sys.argv], check=False,
                          env=dict(os.environ, HERMIT_TEST_NAMESPACE="yes")).returncode


def main():
    os.makedirs(FOLDER, exist_ok=True)
    if "HERMIT_TEST_NAMESPACE" not in os.environ:
        return in_namespace()
    with open(f"{FOLDER}/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\n")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "--bind", f"{FOLDER}/resolv.conf", "/etc/resolv.conf"], check=True)
    serve(FOLDER, ADDRESSES[SYSTEM])
    globals()[f"test_{TEST}"]()
    return 0


SYSTEM, FOLDER, LAUNCHER, CURL, TEST = sys.argv[1:]
if __name__ == "__main__":
    sys.exit(main())
