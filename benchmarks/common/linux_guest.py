# SPDX-License-Identifier: BSD-3-Clause
"""The Linux guest: Debian's cloud kernel, fetched as a package, and one static program.

The kernel package is fetched once into the cache ($HERMIT_CACHE or ~/.cache/hermit).
The initial RAM disk holds init.c, the program and its command line, nothing else.
"""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
METAPACKAGE = "linux-image-cloud-amd64"
# tsc=reliable: emulated SMP makes Linux distrust the TSC and read slow clocks instead.
COMMAND_LINE = ("console=ttyS0 quiet loglevel=0 nokaslr panic=-1 reboot=t random.trust_cpu=on "
                "tsc=reliable")


class Failed(Exception):
    """The guest, not the benchmark, went wrong."""


def cache():
    folder = os.environ.get("HERMIT_CACHE") or os.path.expanduser("~/.cache/hermit")
    folder = os.path.join(folder, "linux")
    os.makedirs(folder, exist_ok=True)
    return folder


def versioned_package():
    """The package that the metapackage stands for now; reads apt's lists anew if need be."""
    for attempt in range(2):
        depends = subprocess.run(["apt-cache", "depends", METAPACKAGE], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True).stdout
        package = re.search(r"Depends: (linux-image-[0-9]\S*-cloud-amd64)\s", depends)
        if package:
            return package[1]
        if attempt == 0:
            as_root("apt-get", "update", "-qq")
    raise Failed(f"apt knows no {METAPACKAGE}")


def as_root(*words):
    sudo = [] if os.getuid() == 0 else ["sudo"]
    subprocess.run(sudo + list(words), check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def kernel():
    """Path of vmlinuz; the newest that is in the cache, or else the mirror's."""
    have = sorted(glob.glob(f"{cache()}/vmlinuz-*"), key=os.path.getmtime)
    if have:
        return have[-1]
    package = versioned_package()
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", package],
                       check=True, cwd=folder)
        deb, = glob.glob(f"{folder}/*.deb")
        subprocess.run(["dpkg-deb", "-x", deb, f"{folder}/x"], check=True)
        image, = glob.glob(f"{folder}/x/boot/vmlinuz-*")
        target = os.path.join(cache(), os.path.basename(image))
        shutil.move(image, target)
    return target


def cpio(files):
    """A newc archive of (name, mode, content, rdev) entries."""
    out = bytearray()
    for inode, (name, mode, content, rdev) in enumerate(files + [("TRAILER!!!", 0, b"", 0)], 1):
        encoded = name.encode() + b"\0"
        fields = [inode, mode, 0, 0, 1, 0, len(content), 0, 0, os.major(rdev), os.minor(rdev),
                  len(encoded), 0]
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        out += bytes(-len(out) % 4) + content
        out += bytes(-len(out) % 4)
    return bytes(out)


def initrd(init, program, arguments, environment):
    def content(path):
        with open(path, "rb") as file:
            return file.read()

    command = ["/program"] + arguments + [""] + [f"{k}={v}" for k, v in environment.items()]
    return cpio([
        ("dev", 0o40755, b"", 0),
        ("dev/console", 0o20600, b"", os.makedev(5, 1)),
        ("command", 0o100644, b"".join(word.encode() + b"\0" for word in command), 0),
        ("init", 0o100755, content(init), 0),
        ("program", 0o100755, content(program), 0),
    ])


def qemu_command(machine, folder):
    """QEMU's words for a machine (see benchmarks/run) whose files are in `folder`."""
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-machine", "q35,usb=off,vmport=off,smbus=off,sata=off",
            "-m", machine.mem, "-smp", str(machine.cpus), *machine.qemu_words(),
            "-kernel", kernel(), "-initrd", f"{folder}/initrd", "-append", COMMAND_LINE,
            "-chardev", f"file,id=console,path={folder}/console", "-serial", "chardev:console"]


def run(machine, init, program, arguments, environment, timeout=1800, more_words=()):
    """Boots and runs the program. Returns (its output, seconds on the wall clock)."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/initrd", "wb") as file:
            file.write(initrd(init, program, arguments, environment))
        start = time.monotonic()
        try:
            subprocess.run(qemu_command(machine, folder) + list(more_words), check=True,
                           stdin=subprocess.DEVNULL, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"Linux: {timeout} s are over") from None
        except subprocess.CalledProcessError as error:
            raise Failed(f"Linux: QEMU ended with {error.returncode}") from None
        seconds = time.monotonic() - start
        with open(f"{folder}/console", errors="replace") as file:
            text = file.read()
    status = re.search(r"^bench-exit (\d+)\s*$", text, re.M)
    if not status:
        raise Failed(f"Linux: no exit status; the console said:\n{text[-2000:]}")
    if status[1] != "0":
        raise Failed(f"Linux: the benchmark ended with status {status[1]}:\n{text[-2000:]}")
    return text[:status.start()], seconds
