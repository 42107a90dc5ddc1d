#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""`hermit run --trace`: the program's system calls as strace writes them."""

import os
import pathlib
import re
import subprocess
import sys

from hermit import LAUNCHER_FAILED, check, command, expect, folder, image, main, run

LINE = re.compile(r"(\d+) +\d\d:\d\d:\d\d\.\d{6} (.*?)(?: <(\d+\.\d{6})>)?$")


class Line:
    """One line of a trace: thread, text without time and duration, duration in seconds."""

    def __init__(self, text):
        found = LINE.match(text)
        check(found, f"{text!r} looks like strace's")
        self.thread = int(found[1])
        self.text = re.sub(r" += ", " = ", found[2], count=1)
        self.seconds = float(found[3]) if found[3] else None


def parse(trace):
    """The lines of a trace."""
    return [Line(line) for line in trace.splitlines()]


def traced(part, *options, status=3, cpus=1):
    """Runs a part of the test's program; the lines of its trace and the run."""
    with folder() as where:
        path = os.path.join(where, "trace")
        result = run("traced", part, limit=300,
                     options=("--cpus", str(cpus), *options, f"--trace-to={path}"))
        expect(result, status=status)
        return parse(pathlib.Path(path).read_text()), result


def expect_in_order(lines, wanted):
    """Each wanted line (a regular expression) comes after the one before it."""
    at = 0
    for pattern in wanted:
        begin = at
        while at < len(lines) and not re.fullmatch(pattern, lines[at].text):
            at += 1
        check(at < len(lines), f"a line {pattern!r} comes after line {begin}, in\n" +
              "\n".join(line.text for line in lines))
        at += 1


ADDRESS = r"0x[0-9a-f]+"


def test_files_are_decoded_as_strace_does():
    lines, result = traced("files", "--trace=file,desc,umask")
    check(result.err == b"", "with --trace-to, stderr is the program's", result)
    expect_in_order(lines, [
        r'open\("/file", O_RDWR\|O_CREAT\|O_EXCL\|O_LARGEFILE, 0640\) = 3',
        r'write\(3, "a\\n\\1\\0012\\"\\\\ more than thirty-two byt"\.\.\., 36\) = 36',
        r'lseek\(3, 0, SEEK_SET\) = 0',
        r'read\(3, "a\\n\\1\\0012", 5\) = 5',
        r'writev\(3, \[\{iov_base="ab", iov_len=2\}, \{iov_base="cdef", iov_len=4\}\], 2\) = 6',
        r'fstat\(3, \{st_mode=S_IFREG\|0640, st_size=36, \.\.\.\}\) = 0',
        rf'stat\("/nowhere", {ADDRESS}\) = -1 ENOENT \(No such file or directory\)',
        r'fcntl\(3, F_GETFL\) = 0x8002 \(flags O_RDWR\|O_LARGEFILE\)',
        r'fcntl\(3, F_SETLK, '
        r'\{l_type=F_WRLCK, l_whence=SEEK_SET, l_start=1, l_len=2\}\) = 0',
        r'close\(99\) = -1 EBADF \(Bad file descriptor\)',
        r'write\(3, 0x8, 4\) = -1 EFAULT \(Bad address\)',
        r'chmod\("/file", 0600\) = 0',
        r'mkdir\("/folder", 0755\) = 0',
        r'rename\("/file", "/folder/file"\) = 0',
        r'umask\(022\) = 022',
        r'getcwd\("/", 100\) = 2',
        r'\+\+\+ exited with 3 \+\+\+',
    ])
    check(all(line.seconds is not None for line in lines[:-1]), "each call has its duration")


def test_waiting_is_decoded():
    lines, _ = traced("waiting")
    expect_in_order(lines, [
        r'pipe2\(\[3, 4\], O_CLOEXEC\) = 0',
        r'poll\(\[\{fd=3, events=POLLIN\}, \{fd=4, events=POLLOUT\}\], 2, 0\) = '
        r'1 \(\[\{fd=4, revents=POLLOUT\}\]\)',
        r'poll\(\[\{fd=3, events=POLLIN\}\], 1, 0\) = 0 \(Timeout\)',
        r'write\(4, "x", 1\) = 1',
        r'select\(4, \[3\], NULL, NULL, \{tv_sec=1, tv_usec=5\}\) = '
        r'1 \(in \[3\], left \{tv_sec=\d, tv_usec=\d+\}\)',
        r'epoll_create1\(EPOLL_CLOEXEC\) = 5',
        r'epoll_ctl\(5, EPOLL_CTL_ADD, 3, '
        r'\{events=EPOLLIN\|EPOLLET, data=\{u32=7, u64=7\}\}\) = 0',
        r'epoll_pwait\(5, \[\{events=EPOLLIN, data=\{u32=7, u64=7\}\}\], 4, 100, NULL, 8\) = 1',
        r'ioctl\(3, FIONREAD, \[1\]\) = 0',
        r'eventfd2\(3, EFD_NONBLOCK\) = 6',
        r'exit_group\(3\) = \?',
        r'\+\+\+ exited with 3 \+\+\+',
    ])


def test_memory_is_decoded():
    lines, _ = traced("memory")
    expect_in_order(lines, [
        rf'mmap\(NULL, 8192, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\) = {ADDRESS}',
        rf'mprotect\({ADDRESS}, 4096, PROT_NONE\) = 0',
        rf'madvise\({ADDRESS}, 4096, MADV_DONTNEED\) = 0',
        rf'munmap\({ADDRESS}, 8192\) = 0',
        r'prlimit64\(0, RLIMIT_NOFILE, \{rlim_cur=100, rlim_max=4\*1024\}, NULL\) = 0',
    ])


def test_sockets_are_decoded():
    lines, _ = traced("sockets", "--trace=network")
    name = r'\{sa_family=AF_INET, sin_port=htons\(4711\), sin_addr=inet_addr\("127\.0\.0\.1"\)\}'
    expect_in_order(lines, [
        r'socket\(AF_INET, SOCK_STREAM\|SOCK_CLOEXEC, IPPROTO_TCP\) = 3',
        r'setsockopt\(3, SOL_SOCKET, SO_REUSEADDR, \[1\], 4\) = 0',
        rf'bind\(3, {name}, 16\) = 0',
        rf'getsockname\(3, {name}, \[16\]\) = 0',
        r'socketpair\(AF_UNIX, SOCK_DGRAM, 0, \[4, 5\]\) = 0',
        r'sendmsg\(4, \{msg_name=NULL, msg_namelen=0, msg_iov=\[\{iov_base="payload", iov_len=7\}\], '
        r'msg_iovlen=1, msg_controllen=0, msg_flags=0\}, MSG_NOSIGNAL\) = 7',
        r'recvfrom\(5, "payload", 100, MSG_DONTWAIT, NULL, NULL\) = 7',
        rf'recvfrom\(5, {ADDRESS}, 100, MSG_DONTWAIT, NULL, NULL\) = -1 EAGAIN \(.*\)',
        r'connect\(6, \{sa_family=AF_UNIX, sun_path="/nobody"\}, 110\) = -1 ENOENT \(.*\)',
    ])


def test_calls_by_number_are_seen():
    for options in [(), ("--trace=clock_gettime,getppid,getpgid,kill,fork",)]:
        lines, _ = traced("numbers", *options)
        expect_in_order(lines, [
            r'clock_gettime\(CLOCK_MONOTONIC, \{tv_sec=\d+, tv_nsec=\d+\}\) = 0',
            r'getppid\(\) = 0',
            r'getpgid\(0\) = 1',
            r'kill\(1, 0\) = 0',
            r'fork\(\) = -1 ENOSYS \(Function not implemented\)',
        ])
        if not options:
            expect_in_order(lines, [rf'syscall_0x3e7\(0x1, 0x2(, ({ADDRESS}|0)){{4}}\) = -1 ENOSYS .*'])


def test_signals_interrupt_calls():
    zero = r"\{tv_sec=0, tv_usec=0\}"
    for options in [(), ("--trace=pause,nanosleep,rt_sigreturn,kill,setitimer,getppid",)]:
        lines, _ = traced("signals", *options)
        expect_in_order(lines, [
            r'kill\(1, SIGUSR1\) = 0',
            r'--- SIGUSR1 \{si_signo=SIGUSR1, si_code=SI_USER, si_pid=1, si_uid=0\} ---',
            r'getppid\(\) = 0',
            r'rt_sigreturn\(\{mask=\[USR2 RT_32\]\}\) = 0',
            rf'setitimer\(ITIMER_REAL, \{{it_interval={zero}, '
            r'it_value=\{tv_sec=1, tv_usec=0\}\}, NULL\) = 0',
            r'pause\(\) = \? ERESTARTNOHAND \(To be restarted if no handler\)',
            r'--- SIGALRM \{si_signo=SIGALRM, si_code=SI_KERNEL\} ---',
            r'rt_sigreturn\(\{mask=\[USR2 RT_32\]\}\) = -1 EINTR \(Interrupted system call\)',
            r'nanosleep\(\{tv_sec=3000, tv_nsec=0\}, NULL\) = '
            r'\? ERESTART_RESTARTBLOCK \(Interrupted by signal\)',
            r'--- SIGALRM .*',
            r'\+\+\+ exited with 3 \+\+\+',
        ])


def test_threads_are_told_apart():
    lines, _ = traced("threads", cpus=4)
    whole, begun, ended = {}, {}, {}
    for line in lines:
        kind = (whole if re.fullmatch(r"close\(\d+\) = -1 EBADF .*", line.text) else
                begun if re.fullmatch(r"close\(\d+ <unfinished \.\.\.>", line.text) else
                ended if re.fullmatch(r"<\.\.\. close resumed>\) = -1 EBADF .*", line.text) else {})
        kind[line.thread] = kind.get(line.thread, 0) + 1
    for thread in range(3, 7):
        count = whole.get(thread, 0) + begun.get(thread, 0)
        check(count == 20, f"thread {thread} made 20 calls, not {count}")
        check(begun.get(thread, 0) == ended.get(thread, 0),
              f"what thread {thread} begins it ends")
    wait = rf"futex\({ADDRESS}, FUTEX_WAIT_PRIVATE, 0, NULL"
    expect_in_order([line for line in lines if line.thread == 2],
                    [wait + r" <unfinished \.\.\.>", r"<\.\.\. futex resumed>\) = 0"])
    gone = {line.thread for line in lines if line.text == "+++ exited with 0 +++"}
    check(gone == {2, 3, 4, 5, 6}, f"each thread but the first ends by itself: {gone}")


def test_filters_by_name_family_and_exclusion():
    lines, _ = traced("files", "--trace=close,%memory")
    check([line.text for line in lines] == ["close(99) = -1 EBADF (Bad file descriptor)",
                                            "+++ exited with 3 +++"], "one call is wanted")
    lines, _ = traced("files", "--trace=!desc,file")
    names = {line.text.split("(")[0] for line in lines}
    check("umask" in names and not names & {"open", "write", "chmod", "close"},
          f"all others are wanted: {names}")


def test_trace_goes_to_stderr_otherwise():
    result = expect(run("traced", "memory", options=("--trace=munmap", "--cpus", "1")), status=3)
    lines = parse(result.err.decode())
    check(lines[0].text.startswith("munmap("), "the trace is on stderr", result)


def test_counts_replace_lines():
    result = expect(run("traced", "files", options=("--trace-count", "--cpus", "1")), status=3)
    text = result.err.decode()
    check(text.startswith("% time     seconds  usecs/call     calls    errors syscall\n------"),
          "the table is strace's", result)
    rows = {row.split()[-1]: row.split() for row in text.splitlines()[2:] if row.split()}
    check(rows["write"][3:5] == ["2", "1"], "two writes, one failed", result)
    check(rows["open"][3] == "1" and len(rows["open"]) == 5, "one open without error", result)
    check(rows["total"][0] == "100.00", "a total ends it", result)


def test_crash_under_trace_is_reported():
    lines, result = traced("crash", status=134)
    expect_in_order(lines, [
        r'tkill\(1, SIGABRT\) = 0',
        r'--- SIGABRT \{si_signo=SIGABRT, si_code=SI_TKILL, si_pid=1, si_uid=0\} ---',
        r'\+\+\+ killed by SIGABRT \+\+\+',
    ])
    check(b"aborted (SIGABRT)" in result.err, "the report is as without a trace", result)


def test_timeout_ends_a_traced_machine():
    result = run("traced", "signals", options=("--trace", "--timeout", "0.5", "--cpus", "1"))
    expect(result, status=124)
    check(b"+++ exited" not in result.err, "the program did not end by itself", result)


def test_a_stub_that_does_not_answer_ends_the_run():
    with folder() as where:
        qemu = pathlib.Path(where, "qemu")
        qemu.write_text(f"#!{sys.executable}\nimport os, re, sys, time\n"
                        "trace = re.search(r'id=trace,fd=(\\d+)', ' '.join(sys.argv))\n"
                        "os.write(int(trace[1]), b'$OK#00')\ntime.sleep(600)\n")
        qemu.chmod(0o755)
        result = run("traced", "memory", options=("--trace",), env={"HERMIT_QEMU": str(qemu)})
        check(b"QEMU's gdb stub does not answer" in expect(result, status=LAUNCHER_FAILED).err,
              "it says why", result)


def test_mistakes_are_refused():
    for options, words in [
            (("--trace=opne",), b"no system call or family 'opne'; near it: open"),
            (("--trace=xyzzy1",), b"families: file, desc, memory"),
            (("--trace=",), b"names no system call"),
            (("--trace-to=/nowhere/file",), b"--trace-to '/nowhere/file': No such file"),
            (("--trace", "--accel", "kvm"), b"--trace needs --accel tcg")]:
        result = expect(run("traced", "memory", options=options), status=LAUNCHER_FAILED)
        check(words in result.err, f"{words!r} is said", result)
    with folder() as where:
        stripped = os.path.join(where, "stripped")
        subprocess.run(["llvm-strip-19", "-o", stripped, image("traced")], check=True)
        result = expect(run(stripped, "memory", options=("--trace",)), status=LAUNCHER_FAILED)
        check(b"has no symbols" in result.err, "it says why", result)
    result = run("traced", "memory", options=("--trace",), env={"HERMIT_DEBUG": "1"})
    check(b"exclude each other" in expect(result, status=LAUNCHER_FAILED).err, "one client", result)


def test_nothing_is_different_without_a_trace():
    with folder() as where:
        seen = os.path.join(where, "seen")
        qemu = pathlib.Path(where, "qemu")
        qemu.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{seen}\nexit 1\n')
        qemu.chmod(0o755)
        words = {}
        for options in [(), ("--trace",)]:
            subprocess.run(command("traced", "memory", options=("--accel", "tcg", *options)),
                           env=dict(os.environ, HERMIT_QEMU=str(qemu)), stderr=subprocess.DEVNULL,
                           check=False)
            words[options] = pathlib.Path(seen).read_text().split("\n")
        check("-gdb" in words[("--trace",)], "a trace has the gdb stub")
        check(not {"-gdb", "-S"} & set(words[()]) and "id=trace" not in " ".join(words[()]),
              "a run without it has none")


if __name__ == "__main__":
    main(globals())
