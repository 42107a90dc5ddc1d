# SPDX-License-Identifier: BSD-3-Clause
"""The program file_shell, for tests about files of the host."""

import errno
import os
import subprocess

from hermit import SCALE, check, command


# How folders are shared, unless a test says it itself.
VIA = os.environ.get("HERMIT_TEST_VIA", "9p")


class Shell:
    """The program file_shell in a machine, asked line by line; for `with`."""

    def __init__(self, *shares, options=(), within=(), via=VIA, raw=None, **popen):
        words = [word for share in shares for word in ("--share", f"{share},via={via}")]
        line = raw or [*within, *command("file_shell", options=(*words, *options))]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        self.process.wait(60 * SCALE)
        self.process.stdout.close()

    def end(self):
        """Lets the program end; what was said on stderr, if that is a pipe."""
        return self.process.communicate(timeout=60 * SCALE)[1]

    def tell(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self):
        """The answer to a command: a text, or the name of an error."""
        answer = self.process.stdout.readline().decode(errors="surrogateescape").rstrip("\n")
        if answer.startswith("error "):
            return errno.errorcode[int(answer.split()[1])]
        return answer

    def ask(self, text):
        self.tell(text)
        return self.answer()

    def want(self, answer, text):
        """Asks, and checks the answer."""
        got = self.ask(text)
        check(got == answer, f"'{text}' should answer {answer!r}, not {got!r}")


def in_folder(host, via=VIA, cache="close-to-open", within=()):
    """A shell that works in the shared folder, /d."""
    return Shell(f"{host}:/d,cache={cache}", options=("--cwd", "/d"), within=within, via=via)


def take_turns(one, two, turns):
    """One of two machines writes a file, "turn-0" and so on, and the other one reads it."""
    for turn in range(turns):
        writer, reader = (one, two) if turn % 2 else (two, one)
        writer.want("ok", "open 1 wct f")
        writer.want("ok", f"write 1 turn-{turn}")
        writer.want("ok", "close 1")
        reader.want(f"turn-{turn}", "cat f")


def put(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def get(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
