#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""`hermit binfmt` and what binfmt_misc would start; in a made-up folder, never the machine's own."""

import os
import pathlib
import subprocess

from hermit import HERMIT, LAUNCHER_FAILED, check, expect, folder, image, main, run

PREFIX = pathlib.Path(os.path.abspath(HERMIT)).parents[1]
RUNNER = str(PREFIX / "lib/hermit/hermit-binfmt")


def unescape(text):
    """The kernel's decoding of magic and mask: only \\xHH is special, and a NUL would end them."""
    check("\0" not in text, "no NUL in the text")
    return text.encode().decode("unicode_escape").encode("latin-1")


def parse(line):
    """A registration as Linux's create_entry() reads it: (magic, mask, interpreter, flags)."""
    between = line[0]
    name, kind, offset, magic, mask, interpreter, flags = line[1:].split(between)
    check(11 <= len(line) <= 1920 and name == "hermit" and kind == "M" and offset == "0",
          f"a registration: {line}")
    magic, mask = unescape(magic), unescape(mask)
    check(len(magic) == len(mask) <= 128 and len(interpreter) <= 127, line)
    check(set(flags) <= set("POCF"), f"flags: {flags}")
    return magic, mask, interpreter, flags


def matches(path, magic, mask):
    with open(path, "rb") as file:
        start = file.read(len(magic))
    return all((a ^ b) & m == 0 for a, b, m in zip(start, magic, mask))


def entry(line, state="enabled"):
    """What the kernel shows of a registration."""
    magic, mask, interpreter, flags = parse(line)
    return (f"{state}\ninterpreter {interpreter}\nflags: {flags}\noffset 0\n"
            f"magic {magic.hex()}\nmask {mask.hex()}\n")


def binfmt(action, place):
    return run(None, raw=[HERMIT, "binfmt", action], env={"HERMIT_BINFMT_DIR": str(place)})


def written(place, name):
    return (pathlib.Path(place) / name).read_text(encoding="utf-8")


def put(place, name, text=""):
    (pathlib.Path(place) / name).write_text(text, encoding="utf-8")


def test_the_registration_is_one_that_linux_takes():
    line = expect(run(None, raw=[HERMIT, "binfmt", "print"]), 0, err=b"").out.decode()
    check(line.endswith("\n") and line.count("\n") == 1, "one line")
    magic, mask, interpreter, flags = parse(line[:-1])
    check(interpreter == RUNNER and flags == "P", line)
    check(matches(image("arguments"), magic, mask), "images match")
    for other in ("/bin/sh", HERMIT, __file__):
        check(not matches(other, magic, mask), f"{other} must not match")
    conf = (PREFIX / "lib/binfmt.d/hermit.conf").read_text(encoding="utf-8")
    check(conf == line, "the file for binfmt.d")


def test_install_status_remove():
    line = run(None, raw=[HERMIT, "binfmt", "print"]).out.decode().strip()
    with folder() as place:
        for action in ("install", "remove", "status"):
            result = expect(binfmt(action, place), LAUNCHER_FAILED, b"")
            check(b"binfmt_misc is not mounted" in result.err and result.err.count(b"\n") == 1,
                  action, result)
        put(place, "register")
        expect(binfmt("status", place), 1, b"not registered\n", b"")
        expect(binfmt("remove", place), 0, b"", b"")
        expect(binfmt("install", place), 0, b"", b"")
        check(written(place, "register") == line, "the registration")

        put(place, "register")
        put(place, "hermit", entry(line))
        expect(binfmt("status", place), 0, f"registered: {RUNNER}\n".encode(), b"")
        expect(binfmt("install", place), 0, b"", b"")
        check(written(place, "register") == "", "not again")

        put(place, "hermit", entry(line, "disabled"))
        expect(binfmt("status", place), 1, f"registered, disabled: {RUNNER}\n".encode(), b"")
        expect(binfmt("install", place), 0, b"", b"")
        check(written(place, "hermit").startswith("1"), "enabled again")

        put(place, "hermit", entry(line.replace(RUNNER, "/opt/other/hermit-binfmt")))
        result = expect(binfmt("install", place), LAUNCHER_FAILED, b"")
        check(b"registered for /opt/other/hermit-binfmt" in result.err, "the other one", result)
        expect(binfmt("status", place), 1,
               b"registered, not by this launcher: /opt/other/hermit-binfmt\n", b"")
        expect(binfmt("remove", place), 0, b"", b"")
        check(written(place, "hermit").startswith("-1"), "removed")


def test_without_root_it_says_so():
    with folder() as place:
        os.chmod(place, 0o755)
        put(place, "register")
        os.chmod(f"{place}/register", 0o200 if os.geteuid() == 0 else 0)
        user = {"user": 65534} if os.geteuid() == 0 else {}
        try:
            done = subprocess.run([HERMIT, "binfmt", "install"], capture_output=True, check=False,
                                  env={"HERMIT_BINFMT_DIR": place}, **user)
        except PermissionError:
            return  # the launcher lies where others may not look
    check(done.returncode == LAUNCHER_FAILED and b"this takes root" in done.stderr, done.stderr)


def test_what_binfmt_misc_starts_is_the_program():
    arguments = ["", "--help", "a b", "-x", "\u00fc"]
    for name in ("./odd name", "", "-", "--cpus"):
        wanted = b"".join(os.fsencode(word) + b"\0" for word in (name, *arguments))
        expect(run(None, raw=[RUNNER, image("arguments"), name, *arguments],
                   env={"HERMIT_SHOW": "all"}), 0, wanted, b"")
    expect(run(None, raw=[RUNNER, "/nowhere", "x"]), LAUNCHER_FAILED, b"")
    for words in ((), ("/only",)):
        result = expect(run(None, raw=[RUNNER, *words]), LAUNCHER_FAILED, b"")
        check(b"is for binfmt_misc" in result.err, "says what it is", result)


def test_what_is_no_action_is_refused():
    for words in ((), ("enable",), ("install", "again"), ("-h",)):
        result = expect(run(None, raw=[HERMIT, "binfmt", *words]), LAUNCHER_FAILED, b"")
        check(b"install, remove, status, print" in result.err, "names them", result)


if __name__ == "__main__":
    main(globals())
