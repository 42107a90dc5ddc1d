#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The machine's network: devices, published ports, what is refused."""

import os
import random
import shutil
import socket
import threading

from hermit import SCALE, check, expect, folder, main, run
from network import Server, free_port, refused

PCAP_MAGIC = b"\xd4\xc3\xb2\xa1"


def test_each_kind_of_device_starts():
    for machine in ("microvm", "q35"):
        for kind in ("none", "user"):
            options = ("--net", kind, "--machine", machine)
            expect(run("status", "0", options=options))
        with folder() as place:
            expect(run("status", "0", options=("--net", f"unix={place}/a,b", "--machine", machine)))
            if shutil.which("passt"):
                expect(run("status", "0", options=("--net", "passt", "--machine", machine)))


def test_traffic_is_captured():
    with folder() as place:
        expect(run("status", "0", options=("--capture-net", f"{place}/a,b.pcap")))
        with open(f"{place}/a,b.pcap", "rb") as file:
            check(file.read(4) == PCAP_MAGIC, "a pcap file was promised")
        refused("/none/", "--capture-net", f"{place}/none/x.pcap")


def answer_datagrams(sock, n):
    """Answers n datagrams by their text in capitals."""
    for _ in range(n):
        text, sender = sock.recvfrom(65536)
        sock.sendto(text.upper(), sender)


def test_lease_is_seen_by_getifaddrs():
    for machine in ("microvm", "q35"):
        options = ("--net", "user", "--machine", machine)
        expect(run("net", "lease", options=options), 0, out=b"eth0 10.0.2.15/255.255.255.0 running\n")
    options = ("--ip", "10.7.0.9", "--mask", "255.255.0.0", "--gateway", "10.7.0.1")
    expect(run("net", "lease", options=options), 0, out=b"eth0 10.7.0.9/255.255.0.0 running\n")
    expect(run("net", "lease"), 0, out=b"eth0 10.0.2.15/255.255.255.0 running\n")
    expect(run("net", "lease", options=("--net", "none")), 0, out=b"")


def test_ping():
    out = (b"ping: 64 bytes, sequence 5, checksum right\n"
           b"raw: 84 bytes, sequence 5, checksum right\n")
    for address in ("127.0.0.1", "10.0.2.15", "10.0.2.2"):
        expect(run("net", "ping", address, options=("--net", "user")), 0, out=out)


def test_groups_by_a_card():
    out = (b"IPv4, loop 1: heard\nIPv4, loop 0: not heard\n"
           b"IPv6, loop 1: heard\nIPv6, loop 0: not heard\n")
    expect(run("net", "groups", options=("--net", "user")), 0, out=out)


def test_name_server_is_the_lease_s():
    shown = ("net", "show", "/etc/resolv.conf", "/etc/hosts")
    hosts = b"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\thermit\n"
    expect(run(*shown), 0, out=b"nameserver 10.0.2.3\n" + hosts)
    sizes = b"%d\n%d\n" % (len(b"nameserver 10.0.2.3\n"), len(hosts))
    expect(run("net", "size", "/etc/resolv.conf", "/etc/hosts"), 0, out=sizes)
    options = ("--ip", "10.7.0.9", "--dns", "192.0.2.53")
    expect(run(*shown, options=options), 0, out=b"nameserver 192.0.2.53\n" + hosts)
    expect(run(*shown, options=("--net", "none")), 1, out=b"")
    with folder() as root:
        os.mkdir(f"{root}/etc")
        for name in ("resolv.conf", "hosts"):
            with open(f"{root}/etc/{name}", "w", encoding="utf-8") as file:
                file.write(f"# own {name}\n")
        expect(run(*shown, options=("--root", root)), 0, out=b"# own resolv.conf\n# own hosts\n")


def test_routes_lead_by_the_gateway():
    result = expect(run("net", "show", "/proc/net/route"))
    rows = [line.split() for line in result.out.decode().splitlines()[1:]]
    check([row[:4] + row[7:8] for row in rows] ==
          [["eth0", "00000000", "0202000A", "0003", "00000000"],
           ["eth0", "0002000A", "00000000", "0001", "00FFFFFF"]], "two routes", result)


def test_published_udp_ports_are_served():
    sizes = (1, 255, 256, 257, 1472, 1473, 4000, 9000)
    for machine in ("microvm", "q35"):
        port = free_port(socket.SOCK_DGRAM)
        options = ("--publish", f"{port}:5353/udp", "--machine", machine, "--cpus", "2")
        with Server("udp-echo", "5353", str(len(sizes)), options=options), \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(20 * SCALE)
            for size in sizes:
                sent = bytes(i % 251 for i in range(size))
                client.sendto(sent, ("127.0.0.1", port))
                check(client.recv(65536) == sent, f"{size} bytes come back")


def transfer(sock, data):
    """Sends the data, and returns what comes until the other side ends."""
    def send():
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=send)
    thread.start()
    got = bytearray()
    while block := sock.recv(65536):
        got += block
    thread.join()
    return bytes(got)


def test_published_tcp_ports_are_served():
    data = random.Random(7).randbytes(3_000_000)
    for machine in ("microvm", "q35"):
        port = free_port(socket.SOCK_STREAM)
        options = ("--publish", f"{port}:80", "--machine", machine, "--cpus", "2")
        with Server("tcp-echo", "80", "5", options=options):
            for part in (b"", b"x", data[:1461], data[:70_000], data):
                with socket.create_connection(("127.0.0.1", port), 60 * SCALE) as client:
                    check(transfer(client, part) == part, f"{len(part)} bytes come back")


def test_what_was_written_arrives_after_the_end():
    for machine in ("microvm", "q35"):
        port = free_port(socket.SOCK_STREAM)
        options = ("--publish", f"{port}:80", "--machine", machine)
        with Server("tcp-give", "80", "200000", options=options), \
                socket.create_connection(("127.0.0.1", port), 60 * SCALE) as client:
            got = transfer(client, b"")
            check(got == b"g" * 200_000, f"200000 bytes arrive, not {len(got)}")


def test_host_is_asked_by_tcp():
    def answer(server):
        client, _ = server.accept()
        with client:
            while block := client.recv(65536):
                client.sendall(block)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60 * SCALE)
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        port = str(server.getsockname()[1])
        expect(run("net", "tcp-ask", "10.0.2.2", port, "2000000"), 0,
               out=b"2000000 bytes came back\n")
        thread.join()
    expect(run("net", "tcp-ask", "10.0.2.2", port, "1"), 1,
           err=b"connect: Connection refused\n")


def test_host_is_asked_by_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(60 * SCALE)
        thread = threading.Thread(target=answer_datagrams, args=(server, 1))
        thread.start()
        port = str(server.getsockname()[1])
        expect(run("net", "udp-ask", "10.0.2.2", port, "hello host"), 0, out=b"HELLO HOST\n")
        thread.join()


def test_taken_ports_are_refused():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                taken.listen()
            port = taken.getsockname()[1]
            suffix = "/udp" if kind == socket.SOCK_DGRAM else ""
            refused(f"port {port} of 127.0.0.1: it is taken", "--publish", f"{port}:80{suffix}")
    refused("not this host's", "--publish", "192.0.2.77:8080:80")
    refused("no network", "--net", "none", "--publish", "8080:80")


def test_what_is_missing_is_told():
    refused("no such interface", "--net", "tap=hermit-none")
    refused("not a tap", "--net", "tap=lo")
    refused("not a tap", "--net", "tap-fd=0")
    refused("Debian package passt", "--net", "passt",
            env={"PATH": "/nowhere", "HERMIT_QEMU": shutil.which("qemu-system-x86_64")})
    refused("--net 'users'", "--net", "users")


def test_variables_give_no_device_to_other_programs():
    env = {"HERMIT_NETIF": "hermit-none", "HERMIT_APP_PORT": "1", "HERMIT_IP": "10.0.5.3"}
    expect(run("status", "0", env=env))
    refused("no such interface", "--mac", "52:54:00:00:00:01", env=env)
    refused("HERMIT_IP 'x'", env={"HERMIT_IP": "x"})


if __name__ == "__main__":
    os.environ.pop("HERMIT_NETIF", None)
    main(globals())
