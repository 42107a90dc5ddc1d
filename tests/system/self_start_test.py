#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An image that is started on Linux runs itself, as `hermit run` would."""

import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import time

from hermit import HERMIT, LAUNCHER_FAILED, SCALE, check, expect, folder, image, main, run

STARTER = os.path.abspath(HERMIT)
ODD = ["plain", "two words", "", "new\nline", "--", "-x", "--cpus=3", "'\"$`\\*", " leading"]


def joined(words):
    return b"".join(os.fsencode(word) + b"\0" for word in words)


def start(program, *arguments, name=None, **settings):
    """Starts the image as a program, by the launcher under test."""
    env = {"HERMIT_LAUNCHER": STARTER, **settings.pop("env", {})}
    line = [image(program), *arguments]
    if name is not None:
        line = ["bash", "-c", 'exec -a "$0" "$@"', name, *line]
    return run(None, raw=line, env=env, **settings)


def copied(program, where, name="app"):
    path = os.path.join(where, name)
    shutil.copy(image(program), path)
    os.chmod(path, 0o755)
    return path


def a_launcher(path, says):
    """A stand-in for the launcher that tells which one it is."""
    pathlib.Path(path).write_text(f"#!/bin/sh\necho {says} \"$@\"\n", encoding="utf-8")
    os.chmod(path, 0o755)


def test_status_and_signals_of_the_program():
    for how, status in (("0", 0), ("7", 7), ("255", 255), ("abort", 134), ("null", 139)):
        check(start("status", how).status == status, f"{how} should end with {status}")


def test_streams_in_a_pipe():
    data = os.urandom(200000)
    expect(start("cat", stdin=data), 0, data, b"")
    line = f'printf "one\\ntwo\\n" | "{image("cat")}" | tr a-z A-Z; echo "${{PIPESTATUS[1]}}"'
    expect(run(None, raw=["bash", "-c", line], env={"HERMIT_LAUNCHER": STARTER}), 0,
           b"ONE\nTWO\n0\n", b"")
    result = start("two_streams")
    check(result.out.count(b"out ") == 2000 and result.err.count(b"err ") == 2000, "apart", result)


def test_odd_arguments_and_names():
    expect(start("arguments", *ODD), 0, joined(ODD), b"")
    many = [str(number) for number in range(10000)]
    expect(start("arguments", *many), 0, joined(many), b"")
    show = {"HERMIT_SHOW": "all"}
    for name in ("other", "", "two\nlines", "-x", "--"):
        expect(start("arguments", *ODD, name=name, env=show), 0, joined([name, *ODD]), b"")
    expect(start("arguments", env=show), 0, joined([image("arguments")]), b"")


def test_environment_is_as_with_run():
    env = {"HERMIT_SHOW": "env", "ODD": "a=b\nc", "EMPTY": "", "HERMIT_LAUNCHER": STARTER}
    mine = run(None, raw=["bash", "-c", 'exec "$0"', image("arguments")], env=env)
    other = run(None, raw=["bash", "-c", 'exec "$0" run "$1"', STARTER, image("arguments")],
                env=env)
    check(b"ODD=a=b\nc\0" in mine.out and b"EMPTY=\0" in mine.out, "handed over", mine)
    check(mine.out == other.out and mine.status == 0, f"should be as with run: {other}", mine)


def test_launcher_is_looked_for_in_order():
    with folder() as root:
        app = copied("arguments", root)
        named, beside, on_path = (os.path.join(root, d) for d in ("named", "hermit", "bin"))
        os.mkdir(on_path)
        a_launcher(named, "named")
        a_launcher(beside, "beside")
        a_launcher(f"{on_path}/hermit", "path")
        clean = {"PATH": f"/nowhere:{on_path}:{os.environ['PATH']}", "HERMIT_LAUNCHER": ""}

        def says(env=None):
            return run(None, raw=[app, "a"], env={**clean, **(env or {})}).out.split()[:1]
        check(says({"HERMIT_LAUNCHER": named}) == [b"named"], "the variable goes first")
        check(says({"HERMIT_LAUNCHER": "hermit"}) == [b"path"], "its name is looked for on PATH")
        check(says() == [b"beside"], "then beside the image")
        os.unlink(beside)
        os.mkdir(beside)
        check(says() in ([b"path"], [b"a\0"]), "a folder of that name is passed over")


def test_without_a_launcher_one_line_says_what_to_do():
    with folder() as root:
        app = copied("arguments", root, "hermit")  # is beside itself, and on PATH
        os.symlink("hermit", f"{root}/other")
        os.mkdir(f"{root}/x")
        os.symlink(app, f"{root}/x/hermit")
        for env in ({"PATH": "/nowhere:"}, {"PATH": root}, {"PATH": f"{root}/x"}):
            moved = {**env, "HERMIT_LAUNCHER": "hermit"}
            result = run(None, raw=[app, "a"], env=moved)
            check(result.status == 127 and result.out == b"" and result.err.count(b"\n") == 1 and
                  b"hermit" in result.err, f"127 and one line: {env}", result)
        result = run(None, raw=[app], env={"HERMIT_LAUNCHER": f"{root}/missing"})
        expect(result, 127, b"", os.fsencode(app) +
               b": HERMIT_LAUNCHER names no program that can be started\n")


def test_set_user_id_is_refused():
    if os.getuid() != 0:
        return
    with folder() as root:
        app = copied("arguments", root)
        os.chmod(root, 0o755)
        os.chmod(app, 0o4755)
        result = run(None, raw=["setpriv", "--reuid=65534", "--clear-groups", app],
                     env={"HERMIT_LAUNCHER": "/bin/echo"})
        check(result.status == 126 and result.out == b"" and b"set-user-ID" in result.err,
              "it should start nothing", result)


def test_found_on_path_and_by_a_script():
    with folder() as root:
        copied("arguments", root)
        script = pathlib.Path(root, "script")
        script.write_text(f"#!{root}/app\n", encoding="utf-8")
        script.chmod(0o755)
        env = {"PATH": f"{root}:{os.environ['PATH']}", "HERMIT_LAUNCHER": STARTER,
               "HERMIT_SHOW": "all"}
        expect(run(None, raw=["sh", "-c", "app 1 2"], env=env), 0, b"app\x001\x002\0", b"")
        expect(run(None, raw=[str(script), "1"], env=env), 0,
               joined([f"{root}/app", str(script), "1"]), b"")


def test_root_by_the_environment():
    with folder() as root:
        pathlib.Path(root, "data").write_text("abc", encoding="utf-8")
        for result in (start("tree", "/data", env={"HERMIT_ROOT": root}),
                       run("tree", "/data", env={"HERMIT_ROOT": root})):
            check(result.status == 0 and b"/data file" in result.out, "the file is there", result)
        result = start("tree", "/data", env={"HERMIT_ROOT": f"{root}/missing"})
        check(result.status == LAUNCHER_FAILED and b"missing" in result.err, "one line", result)


def test_make_and_a_status_in_the_shell():
    with folder() as root:
        pathlib.Path(root, "Makefile").write_text(
            "check:\n\t@./app 0\n\t@echo passed\nbad:\n\t@./app 3\n", encoding="utf-8")
        copied("status", root)
        env = {"HERMIT_LAUNCHER": STARTER}
        expect(run(None, raw=["make", "-s", "-C", root, "check"], env=env), 0, b"passed\n", b"")
        result = run(None, raw=["make", "-s", "-C", root, "bad"], env=env)
        check(result.status == 2 and b"Error 3" in result.err, "make should see status 3", result)
        line = f'"{root}/app" signal15; echo $?; "{root}/app" 1 || echo no'
        expect(run(None, raw=["sh", "-c", line], env=env), 0, b"143\nno\n")


def test_signals_to_the_process():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        process = subprocess.Popen([image("spin"), "asleep"], stdout=subprocess.PIPE,
                                   env={**os.environ, "HERMIT_LAUNCHER": STARTER})
        try:
            check(process.stdout.readline() == b"running\n", "it should run")
            process.send_signal(number)
            check(process.wait(30 * SCALE) == 128 + number, f"{number}: {process.returncode}")
        finally:
            process.kill()
            process.wait()


def test_ctrl_c_on_a_terminal():
    child, master = pty.fork()
    if child == 0:
        os.environ["HERMIT_LAUNCHER"] = STARTER
        os.execv(image("terminal"), ["terminal", "wait"])
    seen, end = b"", time.monotonic() + 30 * SCALE
    while b"size" not in seen:
        check(time.monotonic() < end, f"it should run: {seen!r}")
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 4096)
    os.write(master, b"\x03")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(master)
    check(b"terminals 1 1 1" in seen and status == 130, f"{status}: {seen!r}")


if __name__ == "__main__":
    main(globals())
