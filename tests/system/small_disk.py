# SPDX-License-Identifier: BSD-3-Clause
"""Small file systems of the host, for tests about shared folders."""

import os
import subprocess
import time

from hermit import check, folder
from shell import in_folder


class SmallDisk:
    """A process in a mount namespace of its own, where `place` is a small tmpfs; for `with`."""

    def __init__(self, place, options):
        mount = f"mount -t tmpfs -o {options} none '{place}' && echo mounted && read end"
        words = ["unshare", *(["-m"] if os.geteuid() == 0 else ["-r", "-m"]), "sh", "-c", mount]
        self.keeper = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
        self.there = self.keeper.stdout.readline() == b"mounted\n"
        self.within = ["nsenter", *([] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]),
                       "-m", f"--target={self.keeper.pid}"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.keeper.communicate()

    def do(self, *words):
        """Runs a command of the host there."""
        subprocess.run([*self.within, *words], check=True)

    def make_read_only(self, place):
        """As soon as no file is open for writing: a server hears of a close behind the call."""
        end = time.monotonic() + 20
        words = [*self.within, "mount", "-o", "remount,ro", place]
        while subprocess.run(words, check=False).returncode != 0:
            check(time.monotonic() < end, "no file is open for writing")
            time.sleep(0.1)


def on_small_disk(options, test):
    """Calls test(disk, shell, host): the shared folder is a file system with these limits."""
    with folder() as host, SmallDisk(host, options) as disk:
        if not disk.there:
            print("skipped: no tmpfs can be mounted in a namespace here")
            return
        with in_folder(host, within=disk.within) as shell:
            test(disk, shell, host)
