# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of networks share."""

import os
import socket
import subprocess
import sys

from hermit import LAUNCHER_FAILED, SCALE, check, command, expect, run


def refused(words, *options, env=None):
    """The launcher says so in one line, and starts nothing."""
    result = expect(run("status", "0", options=options, env=env), LAUNCHER_FAILED, out=b"")
    lines = result.err.decode().splitlines()
    check(len(lines) == 1 and lines[0].startswith("hermit: ") and words in lines[0],
          f"one line with '{words}' was promised", result)


def free_port(kind):
    """A port of the loopback address that nobody has."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A test program in a machine that says "ready" and serves; for `with`."""

    def __init__(self, *arguments, options, program="net", prefix=()):
        line = [*prefix, *command(program, *arguments, options=options)]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = self.process.stdout.readline()
        check(said == b"ready\n", f"'ready' was promised, not {said!r}")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if exception[0] is not None:
            self.process.kill()
        _, err = self.process.communicate(timeout=60 * SCALE)
        check(exception[0] is not None or self.process.returncode == 0, f"it ends well: {err!r}")


def namespaced(test):
    """A test that runs in a network namespace of its own, where its rights are root's."""
    def inside():
        if os.environ.get("HERMIT_TEST_NAMESPACE") == test.__name__:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            test()
            return
        unshare = ["unshare", "--map-root-user", "--net"]
        if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
            print(f"{test.__name__}: skipped, this host allows no network namespaces")
            return
        result = subprocess.run([*unshare, sys.executable, sys.argv[0], test.__name__], check=False,
                                env=dict(os.environ, HERMIT_TEST_NAMESPACE=test.__name__))
        check(result.returncode == 0, "it holds in the namespace")
    return inside
