#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Arguments, environment, working folder, stack, root folder."""

import os
import subprocess

from hermit import HERMIT, SCALE, check, command, expect, folder, image, main, run


def joined(words):
    return b"".join(os.fsencode(word) + b"\0" for word in words)


def test_arguments_of_any_bytes():
    words = ["plain", "two words", "", "new\nline", "tab\t", "ümläut €", "--option=x", "-x", "--",
             "'\"$`\\*", os.fsdecode(b"\xff\xfe\x01\x7f"), " leading", "trailing "]
    expect(run("arguments", *words), 0, joined(words), b"")


def test_arguments_of_1_mib():
    words = [chr(97 + i) * (131071 - i) for i in range(8)]
    result = run("arguments", *words)
    check(result.status == 0 and result.out == joined(words), "1 MiB should arrive", result)


def test_ten_thousand_arguments():
    words = [str(number) for number in range(10000)]
    result = run("arguments", *words)
    check(result.status == 0 and result.out == joined(words), "all should arrive", result)


def environment_of(**settings):
    result = expect(run("arguments", **settings), 0, err=b"")
    return dict(word.split(b"=", 1) for word in result.out.split(b"\0") if word)


def test_environment_is_handed_over():
    seen = environment_of(env={"HERMIT_SHOW": "env", "ODD": "a=b\nc ü", "EMPTY": ""})
    check(seen.get(b"ODD") == "a=b\nc ü".encode() and seen.get(b"EMPTY") == b"", f"{seen}")
    check(seen.get(b"PATH") == os.environb[b"PATH"], f"{seen}")


def test_clean_env_starts_empty():
    seen = environment_of(options=("--clean-env", "--env", "HERMIT_SHOW=env", "--env", "A=1=2"))
    check(seen == {b"HERMIT_SHOW": b"env", b"A": b"1=2"}, f"{seen}")


def test_env_adds_and_replaces():
    seen = environment_of(options=("--env", "HERMIT_SHOW=env", "--env", "A=new", "--env", "B=2"),
                          env={"A": "old"})
    check(seen.get(b"A") == b"new" and seen.get(b"B") == b"2", f"{seen}")


def test_working_folder():
    expect(run("place", options=("--stack", "8M")), 0, b"/ 8\n", b"")
    with folder() as root:
        os.makedirs(f"{root}/deep/er")
        expect(run("place", options=("--root", root, "--cwd", "/deep/er", "--stack", "8M")), 0,
               b"/deep/er 8\n", b"")


def with_limit(limit, *arguments):
    """`place` from a caller whose ulimit -s is `limit`."""
    return run(None, raw=["sh", "-c", f"ulimit -S -s {limit} && exec \"$@\"", "sh",
                          *command("place", *arguments)])


def test_stack_size():
    expect(run("place", "60", options=("--stack", "64M")), 0, b"/ 64\n", b"")
    expect(with_limit(8192, "7"), 0, b"/ 8\n", b"")
    expect(with_limit(8192, "60"), 139, b"/ 8\n")
    expect(with_limit(65536, "60"), 0, b"/ 64\n")
    expect(with_limit(1024, "0"), 0, b"/ 1\n")


def test_stack_without_limit():
    result = run("place", "100", options=("--stack", "unlimited"))
    check(result.status == 0 and result.out == b"/ 17592186044415\n", "no limit", result)


def small_stack():
    """KiB on which the launcher must start. Of 16 the random start of the stack, the environment and
    the dynamic loader now and then leave too little; ASan needs more."""
    with open(HERMIT, "rb") as launcher:
        return 256 if b"__asan_init" in launcher.read() else 32


def test_small_stack_of_the_caller():
    small = small_stack()
    expect(with_limit(small, "0"), 0, b"/ 0\n", b"")
    line = ["sh", "-c", f"ulimit -s {small}; exec \"$@\"", "sh"]
    result = run(None, raw=[*line, HERMIT, "run", "--cpus", "0", image("place")])
    check(result.status == 125 and b"CPUs" in result.err, "one line", result)
    # A hard limit can be raised by the privileged only.
    result = run(None, raw=[*line, *command("place", "0")])
    check((result.status, result.out) == (0, b"/ 0\n") or
          (result.status == 125 and f"a stack of {small} KiB".encode() in result.err),
          "the program, or one line", result)


def test_deep_folders_are_copied():
    with folder() as root:
        top = os.open(root, os.O_RDONLY)
        at = top
        for _ in range(1000):
            os.mkdir("eleven long", dir_fd=at)
            below = os.open("eleven long", os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        with open("file", "w", encoding="ascii", opener=lambda name, flags:
                  os.open(name, flags, dir_fd=at)) as file:
            file.write("at the bottom\n")
        os.close(at)
        line = command("deep", "eleven long", "file", options=("--root", root))
        result = run(None, raw=["sh", "-c", f"ulimit -S -s {small_stack()} && exec \"$@\"", "sh",
                                *line])
        subprocess.run(["rm", "-rf", f"{root}/eleven long"], check=True)  # Python would recurse
        expect(result, 0, b"1000 at the bottom\n", b"")


def test_root_folder_is_copied():
    program = os.path.join(os.path.dirname(image("tree")), "sys_tree.linux")
    with folder() as root:
        os.makedirs(f"{root}/data/empty folder")
        os.makedirs(f"{root}/data/ünïcode")
        for path, size in (("data/none", 0), ("data/odd", 4097), ("data/ünïcode/large", 3000000)):
            with open(f"{root}/{path}", "wb") as file:
                file.write(os.urandom(size))
        for number in range(300):
            with open(f"{root}/data/file number {number}", "w", encoding="utf-8") as file:
                file.write("x" * number)
        os.chmod(f"{root}/data/odd", 0o751)
        os.symlink("../data/odd", f"{root}/data/link")
        os.symlink("/absolute/nowhere", f"{root}/data/dangling")
        wanted = subprocess.run([program, "data"], cwd=root, capture_output=True,
                                timeout=60 * SCALE, check=True)
        result = expect(run("tree", "data", options=("--root", root)), 0, err=b"")
        check(sorted(result.out.splitlines()) == sorted(wanted.stdout.splitlines()),
              "the tree should be the same", result)
        expect(run("tree", "data", options=("--root", root, "--cwd", "/data")), 255)


def test_changes_stay_inside():
    with folder() as root:
        for name in ("file", "other"):
            with open(f"{root}/{name}", "w", encoding="utf-8") as file:
                file.write("before")
        expect(run("change", options=("--root", root)), 0, b"", b"")
        check(sorted(os.listdir(root)) == ["file", "other"], "nothing added, nothing removed")
        with open(f"{root}/file", encoding="utf-8") as file:
            check(file.read() == "before", "nothing changed")


def test_options_after_the_image_are_the_program_s():
    words = ["--cpus", "7", "--help"]
    expect(run("arguments", *words), 0, joined(words), b"")


if __name__ == "__main__":
    main(globals())
