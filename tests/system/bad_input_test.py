#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Bad input: one line that names the cause, and status 125."""

import os
import shutil
import signal
import subprocess
import time

from hermit import HERMIT, LAUNCHER_FAILED, check, command, expect, folder, image, main, run


def refused(result, *words):
    """One line on stderr with all the words, nothing on stdout, the launcher's own status."""
    check(result.status == LAUNCHER_FAILED, "status 125 was promised", result)
    check(result.out == b"" and result.err.count(b"\n") == 1 and result.err.endswith(b"\n"),
          "one line on stderr and nothing else", result)
    for word in words:
        check(word.encode() in result.err, f"the line should mention '{word}'", result)


def test_no_image():
    refused(run("/no/such/image"), "/no/such/image", "No such file")
    refused(run(None, raw=[HERMIT, "run"]), "image")


def test_not_an_image():
    with folder() as here:
        for name, data in (("text", b"#!/bin/sh\necho hello\n"), ("empty", b""),
                           ("zeros", bytes(100000)), ("half-elf", b"\x7fELF" + bytes(200))):
            with open(f"{here}/{name}", "wb") as file:
                file.write(data)
            refused(run(f"{here}/{name}"), name)
        refused(run(here), here)
        refused(run("/bin/true"), "/bin/true")


def test_truncated_image():
    with folder() as here:
        path = f"{here}/truncated"
        size = os.path.getsize(image("status"))
        for keep in (30, 60, 1000, 5000, size // 4):
            shutil.copy(image("status"), path)
            os.truncate(path, keep)
            refused(run(path), "truncated")


def test_initrd_that_is_no_archive():
    with folder() as here:
        for name, data in (("text", b"this is not an archive\n" * 10), ("empty", b""),
                           ("cut", b"070701" + b"0" * 60)):
            with open(f"{here}/{name}", "wb") as file:
                file.write(data)
            refused(run("status", "0", options=("--initrd", f"{here}/{name}")), "initrd", name)
        refused(run("status", "0", options=("--initrd", f"{here}/absent")), "absent")


def test_bad_numbers_of_cpus():
    for number in ("0", "-1", "256", "many", "", "1x", "99999999999999999999"):
        refused(run("status", "0", options=("--cpus", number)), "CPUs")
    refused(run("status", "0", env={"HERMIT_CPUS": "0"}), "HERMIT_CPUS")


def test_bad_memory_sizes():
    for size in ("1K", "0", "-5M", "lots", "", "5Q", "99999999999T"):
        refused(run("status", "0", options=("--mem", size)), "--mem")


def test_bad_other_options():
    refused(run("status", "0", options=("--no-such-option",)), "--no-such-option")
    refused(run("status", "0", options=("--timeout", "0")), "--timeout")
    refused(run("status", "0", options=("--timeout", "soon")), "--timeout")
    refused(run("status", "0", options=("--env", "NOVALUE")), "--env")
    refused(run("status", "0", options=("--cwd", "relative")), "--cwd")
    refused(run("status", "0", options=("--accel", "magic")), "--accel")
    refused(run("status", "0", options=("--machine", "toaster")), "--machine")
    refused(run("status", "0", options=("--stack", "3")), "--stack")
    refused(run(None, raw=[HERMIT]), "command")
    refused(run(None, raw=[HERMIT, "fly"]), "no command 'fly'", "hermit run fly")
    refused(run(None, raw=[HERMIT, "--cpus", "2", "fly"]), "'--cpus'", "hermit run --cpus")
    refused(run(None, raw=[HERMIT, "run", "--cpus"]), "--cpus")


def preload(source, path):
    """Builds the C source as a library for LD_PRELOAD."""
    subprocess.run(["clang-19", "-shared", "-fPIC", "-x", "c", "-", "-o", path],
                   input=source, text=True, check=True)


SLOW_EXEC = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>
int execv(const char *path, char *const *words)
{
    usleep(500000);
    return (int)syscall(SYS_execve, path, words, environ);
}
"""


def test_signals_while_qemu_is_started_change_no_error():
    with folder() as root:
        with open(f"{root}/qemu", "w", encoding="utf-8") as file:
            file.write("no program\0")
        os.chmod(f"{root}/qemu", 0o755)
        preload(SLOW_EXEC, f"{root}/slow.so")
        env = {**os.environ, "HERMIT_QEMU": f"{root}/qemu", "LD_PRELOAD": f"{root}/slow.so"}
        process = subprocess.Popen([HERMIT, "run", image("status")], stderr=subprocess.PIPE,
                                   env=env)
        while process.poll() is None:
            process.send_signal(signal.SIGWINCH)
            time.sleep(0.01)
        said = process.stderr.read()
        check(process.returncode == LAUNCHER_FAILED and b"cannot start" in said and
              b"Exec format error" in said, f"{process.returncode}, {said!r}")


def test_no_qemu():
    refused(run("status", "0", env={"HERMIT_QEMU": "/no/such/qemu"}), "/no/such/qemu")
    refused(run("status", "0", env={"PATH": "/no/such/folder"}), "QEMU")


def test_bad_root_folder():
    refused(run("status", "0", options=("--root", "/no/such/folder")), "/no/such/folder")
    refused(run("status", "0", options=("--root", "/etc/passwd")), "/etc/passwd")
    if os.geteuid() != 0:
        with folder() as here:
            os.mkdir(f"{here}/closed", 0)
            refused(run("status", "0", options=("--root", here)), "closed")


def sparse(path, size):
    """A file of that many zeros which takes no room."""
    with open(path, "wb") as file:
        file.truncate(size)


def test_files_that_do_not_fit_are_not_read():
    # Whoever copied them would run into the limit of a file's size, 1 MiB.
    def limited(*options):
        return run(None, raw=["sh", "-c", "ulimit -f 1024; exec \"$@\"", "sh",
                              *command("status", "0", options=options)])
    with folder() as here:
        os.makedirs(f"{here}/root/deep")
        sparse(f"{here}/root/deep/large", 3900 << 20)
        sparse(f"{here}/root/deep/small", 7 << 20)
        refused(limited("--root", f"{here}/root"), "--mem", "39", "the machine has 512 MiB")
        refused(limited("--root", f"{here}/root", "--mem", "64G"), "3072 MiB are possible")
        refused(limited("--root", f"{here}/root", "--mem", "64G", "--machine", "q35"),
                "2047 MiB are possible")
        sparse(f"{here}/root/deep/large", 1 << 32)
        refused(limited("--root", f"{here}/root"), "deep/large", "4 GiB")
        shutil.copy(image("status"), f"{here}/archive")
        sparse(f"{here}/archive", 1 << 40)
        refused(limited("--initrd", f"{here}/archive"), "--mem", "the machine has 512 MiB")


CHANGING_FILE = """
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Gives the file that the variable names another size. */
static void change(const char *when)
{
    const char *path = getenv(when);
    if (path != NULL && truncate(path, atol(getenv("SIZE"))) != 0)
        abort();
}
int openat(int dir, const char *name, int flags, ...)
{
    int fd = (int)syscall(SYS_openat, dir, name, flags, 0);
    if (!(flags & O_DIRECTORY))
        change("AT_OPEN");
    return fd;
}
ssize_t read(int fd, void *buffer, size_t size)
{
    change("AT_READ");
    return syscall(SYS_read, fd, buffer, size);
}
"""


def test_files_that_change_while_they_are_read():
    with folder() as here:
        os.mkdir(f"{here}/root")
        preload(CHANGING_FILE, f"{here}/change.so")

        def changed(when, size):
            with open(f"{here}/root/victim", "wb") as file:
                file.write(b"x" * 5000)
            os.chmod(f"{here}/root/victim", 0o644)
            return run("tree", "/victim", options=("--root", f"{here}/root"),
                       env={when: f"{here}/root/victim", "SIZE": str(size),
                            "LD_PRELOAD": f"{here}/change.so"})

        def listed(data):
            total = 0
            for byte in data:
                total = (total * 31 + byte) % (1 << 32)
            return f"/victim file 644 {len(data)} {total}\n".encode()
        refused(changed("AT_READ", 3000), "victim", "shrank")
        refused(changed("AT_OPEN", 1 << 30), "grew")
        expect(changed("AT_READ", 9000), 0, listed(b"x" * 5000), b"")
        expect(changed("AT_OPEN", 4000), 0, listed(b"x" * 4000), b"")
        expect(changed("AT_OPEN", 5001), 0, listed(b"x" * 5000 + b"\0"), b"")


def test_working_folder_that_is_not_there():
    # `status` uses no file, so that its machine would not look.
    for program in ("place", "status"):
        refused(run(program, "0", options=("--cwd", "/no/such/folder")), "--cwd",
                "/no/such/folder", "no such folder")
        with folder() as root:
            os.mkdir(f"{root}/there")
            os.symlink("/there", f"{root}/link")
            with open(f"{root}/file", "wb"):
                pass
            for place in ("/absent", "/file", "/there/absent"):
                refused(run(program, "0", options=("--root", root, "--cwd", place)), "--cwd",
                        place, "no such folder")
            expect(run(program, "0", options=("--root", root, "--cwd", "/link")), 0, err=b"")
            expect(run(program, "0", options=("--root", root, "--cwd", "/tmp")), 0, err=b"")
    refused(run("place", options=("--cwd", "/tmp/absent")), "/tmp/absent")


def test_kvm_that_is_not_there():
    with open("/proc/cpuinfo", encoding="ascii") as info:
        words = set(info.read().split())
    if words & {"svm", "vmx"}:
        return
    for options, env in ((("--accel", "kvm"), {}), ((), {"HERMIT_KVM": "1"})):
        refused(run("status", "0", options=options, env=env), "KVM", "neither svm nor vmx")


def test_help_and_version_work():
    result = expect(run(None, raw=[HERMIT, "--help"]), 0, err=b"")
    for word in (b"--cpus", b"--mem", b"--root", b"--env", b"--timeout"):
        check(word in result.out, f"help should explain {word}", result)
    expect(run(None, raw=[HERMIT, "--version"]), 0, err=b"")


def test_image_for_another_processor():
    with folder() as here:
        path = f"{here}/foreign"
        with open(image("status"), "rb") as file:
            data = bytearray(file.read())
        data[18:20] = (183).to_bytes(2, "little")
        with open(path, "wb") as file:
            file.write(data)
        refused(run(path), "foreign")


if __name__ == "__main__":
    main(globals())
