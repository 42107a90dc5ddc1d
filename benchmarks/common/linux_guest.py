# SPDX-License-Identifier: BSD-3-Clause
"""The Linux guest: Debian's cloud kernel, fetched as a package, and one static program.

The kernel package is fetched once into the cache ($HERMIT_CACHE or ~/.cache/hermit).
The initial RAM disk holds init.c, the program and its command line, nothing else. A guest with
a shared folder or a network card needs modules: it has Debian's usual kernel, which has them all,
and they are in its RAM disk, too.
"""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CLOUD, USUAL = "cloud-amd64", "amd64"
# What the devices of a guest need: modules, which load others.
MODULES = {
    "9p": ("virtio_pci", "9pnet_virtio", "9p"),
    "virtiofs": ("virtio_pci", "virtiofs"),
    "net": ("virtio_pci", "virtio_net"),
}
# Options to mount a shared folder with. 9p: messages as large as Hermit's; each call asks the host,
# as the others do by default.
SHARES = {
    "9p": "trans=virtio,version=9p2000.L,msize=524288,cache=none",
    "virtiofs": "",
}
VIRTIOFSD = "/usr/lib/qemu/virtiofsd"
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


def versioned_package(flavour):
    """The package that the metapackage stands for now; reads apt's lists anew if need be."""
    for attempt in range(2):
        depends = subprocess.run(["apt-cache", "depends", f"linux-image-{flavour}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 text=True).stdout
        package = re.search(rf"Depends: (linux-image-[0-9.]+-[0-9]+-{flavour})\s", depends)
        if package:
            return package[1]
        if attempt == 0:
            as_root("apt-get", "update", "-qq")
    raise Failed(f"apt knows no linux-image-{flavour}")


def as_root(*words):
    sudo = [] if os.getuid() == 0 else ["sudo"]
    subprocess.run(sudo + list(words), check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def kernel(flavour=CLOUD):
    """Path of vmlinuz; the newest that is in the cache, or else the mirror's."""
    have = [path for path in glob.glob(f"{cache()}/vmlinuz-*-{flavour}")
            if (flavour == CLOUD) == path.endswith(CLOUD)]
    if flavour == USUAL:
        have = [path for path in have if all(os.path.isdir(modules_of(path, d)) for d in MODULES)]
    if have:
        return max(have, key=os.path.getmtime)
    package = versioned_package(flavour)
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", package],
                       check=True, cwd=folder)
        deb, = glob.glob(f"{folder}/*.deb")
        subprocess.run(["dpkg-deb", "-x", deb, f"{folder}/x"], check=True)
        image, = glob.glob(f"{folder}/x/boot/vmlinuz-*")
        target = os.path.join(cache(), os.path.basename(image))
        if flavour == USUAL:
            for device in MODULES:
                keep_modules(f"{folder}/x/lib/modules", device, modules_of(target, device))
        shutil.move(image, target)
    return target


def modules_of(image, device):
    """The folder of modules for a device that go with a kernel."""
    return image.replace("vmlinuz-", f"modules-{device}-")


def keep_modules(tree, device, target):
    """Copies the modules of a device, and all that they need, numbered in the order of loading."""
    paths = {os.path.basename(path).removesuffix(".ko").replace("-", "_"): path
             for path in glob.glob(f"{tree}/**/*.ko", recursive=True)}
    order = []

    def visit(name):
        with open(paths[name], "rb") as file:
            needs = re.search(rb"\0depends=([^\0]*)\0", file.read())
        for other in (needs[1].decode() if needs else "").split(","):
            if other:
                visit(other)
        if name not in order:
            order.append(name)

    for name in MODULES[device]:
        visit(name)
    shutil.rmtree(target, ignore_errors=True)
    os.mkdir(target)
    for number, name in enumerate(order):
        shutil.copy(paths[name], f"{target}/{number:02}")


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


def device_files(image, device, name, how):
    """What the RAM disk of a guest with a device has besides: its modules, and a file that tells
    init.c how to use it."""
    files = [("modules", 0o40755, b"", 0), (name, 0o100644, how.encode(), 0)]
    for path in sorted(glob.glob(f"{modules_of(image, device)}/*")):
        with open(path, "rb") as file:
            files.append((f"modules/{os.path.basename(path)}", 0o100644, file.read(), 0))
    return files


def initrd(init, program, arguments, environment, more=()):
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
        *more,
    ])


def share_words(machine, system, shared, folder):
    """QEMU's words for the shared folder; `folder` has the socket of virtio-fs' server."""
    if system == "9p":
        return ["-fsdev", f"local,id=share,path={shared},security_model=none,multidevs=remap",
                "-device", "virtio-9p-pci,fsdev=share,mount_tag=share"]
    return ["-object", f"memory-backend-memfd,id=memory,size={machine.mem},share=on",
            "-numa", "node,memdev=memory", "-chardev", f"socket,id=share,path={folder}/socket",
            "-device", "vhost-user-fs-pci,chardev=share,tag=share"]


def start_server(shared, folder):
    """virtio-fs' server, which ends with QEMU; an ordinary user's has a namespace of its own."""
    words = [VIRTIOFSD, f"--socket-path={folder}/socket", "-o", f"source={shared}", "-o",
             "cache=auto,sandbox=chroot"]
    if os.getuid() != 0:
        words = ["unshare", "-r", "-m", "sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh",
                 *words]
    server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(f"{folder}/socket") and server.poll() is None:
        time.sleep(0.05)
    return server


def qemu_command(machine, folder, image):
    """QEMU's words for a machine (see benchmarks/run) whose files are in `folder`."""
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-machine", "q35,usb=off,vmport=off,smbus=off,sata=off",
            "-m", machine.mem, "-smp", str(machine.cpus), *machine.qemu_words(),
            "-kernel", image, "-initrd", f"{folder}/initrd", "-append", COMMAND_LINE,
            "-chardev", f"file,id=console,path={folder}/console", "-serial", "chardev:console"]


def run(machine, init, program, arguments, environment, timeout=1800, more_words=(), share=None,
        network=None):
    """Boots and runs the program. `share`: one of SHARES, and the folder of the host that it finds
    at /shared; or `network`: the addresses of its card, which more_words name, and of its gateway.
    Returns (its output, seconds on the wall clock)."""
    image = kernel(USUAL if share or network else CLOUD)
    files = ()
    if share:
        files = device_files(image, share[0], "share", f"{share[0]} {SHARES[share[0]]}")
    elif network:
        files = device_files(image, "net", "network", " ".join(network))
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/initrd", "wb") as file:
            file.write(initrd(init, program, arguments, environment, files))
        if share:
            more_words = [*more_words, *share_words(machine, *share, folder)]
        server = start_server(share[1], folder) if share and share[0] == "virtiofs" else None
        start = time.monotonic()
        try:
            subprocess.run([*qemu_command(machine, folder, image), *more_words], check=True,
                           stdin=subprocess.DEVNULL, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"Linux: {timeout} s are over") from None
        except subprocess.CalledProcessError as error:
            raise Failed(f"Linux: QEMU ended with {error.returncode}") from None
        finally:
            if server is not None:
                server.terminate()
                server.wait()
        seconds = time.monotonic() - start
        with open(f"{folder}/console", errors="replace") as file:
            text = file.read()
    status = re.search(r"^bench-exit (\d+)\s*$", text, re.M)
    if not status:
        raise Failed(f"Linux: no exit status; the console said:\n{text[-2000:]}")
    if status[1] != "0":
        raise Failed(f"Linux: the benchmark ended with status {status[1]}:\n{text[-2000:]}")
    return text[:status.start()], seconds
