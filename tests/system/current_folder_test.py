#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The current folder is the program's, by default: where it is, who is not given one, what is said
of it, and that it costs nothing before it is used."""

import os
import re
import shutil
import stat

from hermit import AS_SOMEBODY, HERMIT, check, expect, folder, image, main, run
from shell import Shell, get, put, take_turns

STARTER = os.path.abspath(HERMIT)
LOST = b" lost: it was in memory; files in a shared folder stay (--quiet hides this line)\n"


def shell(place, *lines, options=(), err=b"", env=None, raw=None):
    """What file_shell answers to each line, started in a folder of the host."""
    raw = raw or [STARTER, "run", *options, image("file_shell")]
    settings = {"HERMIT_ISOLATED": "", "HERMIT_QUIET": "0", **(env or {})}
    result = run(None, raw=raw, stdin="".join(f"{line}\n" for line in lines).encode(),
                 env=settings, cwd=place)
    expect(result, 0, err=err)
    return result.out.decode(errors="surrogateescape").splitlines()


def want(answers, *expected):
    check(tuple(answers) == expected, f"{expected} was promised, not {answers}")


def test_a_program_works_where_it_is_started():
    for machine in ("microvm", "q35"):
        with folder() as here:
            put(f"{here}/in.dat", "input")
            os.mkdir(f"{here}/sub")
            put(f"{here}/sub/deep", "deep")
            os.symlink("sub/deep", f"{here}/link")
            want(shell(here, "where", "cat in.dat", "open 1 wc out.dat", "write 1 result",
                       f"cat {here}/in.dat", "cat link", "goto sub", "where", "cat ../in.dat",
                       options=("--machine", machine)),
                 here, "input", "ok", "ok", "input", "deep", "ok", f"{here}/sub", "input")
            check(get(f"{here}/out.dat") == "result", "the result stays")


def test_images_that_start_themselves():
    with folder() as here, folder() as root:
        put(f"{here}/in.dat", "input")
        put(f"{root}/in.dat", "copy")
        shutil.copy(image("file_shell"), f"{here}/app")
        env = {"HERMIT_LAUNCHER": STARTER}
        want(shell(here, "where", "cat in.dat", "open 1 wc out", raw=["./app"], env=env),
             here, "input", "ok")
        check(os.path.exists(f"{here}/out"), "the result stays")
        want(shell(here, "where", "cat in.dat", raw=["./app"], env={**env, "HERMIT_ROOT": root}),
             "/", "copy")
        want(shell(here, "where", "cat in.dat", raw=["./app"],
                   env={**env, "HERMIT_ISOLATED": "1"}), "/", "error 2")


def test_what_is_above_is_not_there():
    with folder() as place:
        here = f"{place}/here"
        os.mkdir(here)
        put(f"{place}/secret", "secret")
        os.symlink("../secret", f"{here}/up")
        os.symlink(f"{place}/secret", f"{here}/absolute")
        want(shell(here, "cat ../secret", "cat up", "cat absolute", f"cat {place}/secret",
                   "list ..", "goto ../..", "where", f"goto {here}", "where"),
             "error 2", "error 2", "error 2", "error 2", "here ", "ok", os.path.dirname(place),
             "ok", here)


def test_options_say_otherwise():
    with folder() as here, folder() as other:
        put(f"{here}/f", "here")
        put(f"{other}/f", "other")
        os.mkdir(f"{here}/sub")
        asked = ("where", "cat f", f"cat {here}/f")
        want(shell(here, *asked, options=("--isolated",)), "/", "error 2", "error 2")
        want(shell(here, *asked, options=("--root", other)), "/", "other", "error 2")
        want(shell(here, *asked, options=("--cwd", "/tmp")), "/tmp", "error 2", "here")
        want(shell(here, "where", "cat ../f", options=("--cwd", f"{here}/sub")),
             f"{here}/sub", "here")
        want(shell(here, *asked, options=("--share", f"{other}:/o")), "/", "error 2", "error 2")
        want(shell(here, *asked, "open 1 wc g", options=("--share", f"{here}:/h:ro")),
             "/h", "here", "error 2", "error 30")
        want(shell(f"{here}/sub", "where", "cat ../f", options=("--share", f"{here}:/h")),
             "/h/sub", "here")
        result = run("file_shell", options=("--cwd", "/none"), env={"HERMIT_ISOLATED": ""})
        expect(result, 125, b"", b"hermit: --cwd '/none': no such folder in the machine\n")


def works_in(where):
    """Starts a program in an open folder, whatever its path."""
    def inside(name):
        return f"/proc/self/fd/{where}/{name}"
    put(inside("f"), "found")
    result = run(None, raw=[STARTER, "run", image("file_shell")], env={"HERMIT_ISOLATED": ""},
                 stdin=b"cat f\nopen 1 wc g\nmake d\ngoto d\ncat ../f\nopen 2 wc deeper\n",
                 cwd=f"/proc/self/fd/{where}", pass_fds=(where,))
    expect(result, 0, b"found\nok\nok\nok\nfound\nok\n", b"")
    check(os.path.exists(inside("g")) and os.path.exists(inside("d/deeper")), "made there")


def test_folders_of_all_names():
    with folder() as place:
        for name in ("a,b=c", "a:b:ro", "new\nline", "%s \\'\"", "\udcff\udcfe", "x" * 255,
                     "share0,readonly=on", " ", "-", "..."):
            os.mkdir(f"{place}/{name}")
            where = os.open(f"{place}/{name}", os.O_RDONLY)
            works_in(where)
            os.close(where)


def test_mounts_are_told():
    with folder() as place:
        here = f"{place}/two words\t\\" + "x" * 200
        os.mkdir(here)
        lines = shell(here, "cat /proc/mounts")
        name = here.replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011")
        check(f"{name} {name} 9p rw,relatime 0 0" in lines, f"{lines}")


def test_folders_with_long_paths():
    with folder() as place:
        length, where = len(place), os.open(place, os.O_RDONLY)
        for size in (*[255] * 15, 4093 - len(place) - 15 * 256):
            os.mkdir(f"/proc/self/fd/{where}/{'d' * size}")
            below = os.open(f"/proc/self/fd/{where}/{'d' * size}", os.O_RDONLY)
            os.close(where)
            where, length = below, length + 1 + size
        check(length == 4094, "one byte less than the longest path")
        works_in(where)
        # Linux has no path for it, either.
        os.mkdir(f"/proc/self/fd/{where}/too-long")
        below = os.open(f"/proc/self/fd/{where}/too-long", os.O_RDONLY)
        result = run(None, raw=[STARTER, "run", image("file_shell")], stdin=b"where\n",
                     env={"HERMIT_ISOLATED": ""}, cwd=f"/proc/self/fd/{below}", pass_fds=(below,))
        expect(result, 0, b"/\n", b"")
        os.close(below)
        os.close(where)


def test_a_folder_that_is_gone():
    with folder() as place:
        line = 'mkdir gone; cd gone; rmdir ../gone; "$@" <<END\nwhere\ncat f\nopen 1 wc f\nEND'
        result = run(None, raw=["sh", "-c", line, "sh", STARTER, "run", "--quiet",
                                image("file_shell")], cwd=place, env={"HERMIT_ISOLATED": ""})
        expect(result, 0, b"/\nerror 2\nok\n", b"")


def withheld(where, why):
    return (f"hermit: {where} is not shared ({why}), the program's folder is empty: start it in a "
            "folder of its own, or name what it may see: --share DIR (--isolated: nothing)\n")


def test_nobody_hands_over_his_home_by_standing_there():
    with folder() as home:
        put(f"{home}/f", "mine")
        above = os.path.dirname(home)
        for place, why in (("/", "it is the root of all files"), (home, "it is the home folder"),
                           (above, "the home folder is in it"),
                           ("/proc", "the machine has its own there")):
            env = {"HOME": home}
            line = withheld(place, why).encode()
            want(shell(place, "cat f", "cat f", "where", env=env, err=line),
                 "error 2", "error 2", "/")
            # Who does not look into it is not disturbed.
            want(shell(place, "cat /f", "list /", "look /tmp", env=env),
                 "error 2", "proc sys dev tmp etc ", "folder 0 2")
            want(shell(place, "cat f", env=env, options=("--isolated",)), "error 2")
            want(shell(place, "cat f", env=env, options=("--cwd", "/tmp")), "error 2")
            want(shell(place, "cat f", env=env, options=("--quiet",)), "error 2")
        os.mkdir(f"{home}/job")
        want(shell(f"{home}/job", "where", "cat ../f", env={"HOME": home}),
             f"{home}/job", "error 2")
        line = withheld(home, "it is the home folder") + "hermit: /x, which the program wrote, is"
        want(shell(home, "open 1 wc x", env={"HOME": home}, err=line.encode() + LOST), "ok")


def test_only_files_in_memory_are_lost():
    with folder() as here:
        want(shell(here, "open 1 wc a", "open 2 wc /tmp/b"), "ok", "ok")
        want(shell(here, "open 1 wc a", "open 2 wc /b", "make /d", "open 3 wc /d/c",
                   err=b"hermit: /b and 1 more that the program wrote are" + LOST),
             "ok", "ok", "ok", "ok")


class Record:
    """What QEMU records of a run of file_shell, or of another image, in a folder of its own."""

    def __init__(self, *lines, program="file_shell"):
        with folder() as here:
            words = ("-trace", "v9fs_*", "-trace", "virtio_set_status", "-D", f"{here}/log")
            options = [word for part in words for word in ("--qemu-arg", part)]
            result = run(program, options=options, stdin="".join(f"{l}\n" for l in lines).encode(),
                         env={"HERMIT_ISOLATED": ""}, raw=[STARTER, "run", *options, image(program)],
                         cwd=here)
            expect(result, 0)
            self.log = get(f"{here}/log")
        self.devices = len(set(re.findall("vdev (\\w+)", self.log)))
        self.changes = self.log.count("virtio_set_status")
        self.connections = self.log.count("v9fs_version ")
        self.requests = self.log.count("v9fs_")


def test_a_folder_costs_nothing_before_it_is_used():
    idle = Record()
    check(idle.requests == 0 and idle.changes > 0, f"no request: {idle.log}")
    elsewhere = Record("where", "cat /proc/mounts", "list /", "look /tmp", "cat /none", "where")
    check(elsewhere.requests == 0 and elsewhere.changes == idle.changes,
          f"the device is as it was: {elsewhere.log}")
    for line in ("list .", "cat f", "look .", "list /proc/self/cwd", "goto ."):
        used = Record(line)
        check(used.connections == 1 and used.changes > idle.changes, f"{line}: {used.log}")
    check(Record("list .", "cat f", "look .").connections == 1, "one connection")


def test_an_image_without_files_gets_no_device():
    check(Record().devices == Record(program="status").devices + 1, "one device less")


def test_threads_that_use_it_first_at_once():
    for cpus in ("1", "4"):
        with folder() as here:
            put(f"{here}/in.dat", "input")
            for _ in range(3):
                words = ("-trace", "v9fs_version", "-D", f"{here}/log")
                options = [word for part in words for word in ("--qemu-arg", part)]
                result = run(None, raw=[STARTER, "run", "--cpus", cpus, *options,
                                        image("first_walk")],
                             env={"HERMIT_ISOLATED": ""}, cwd=here)
                expect(result, 0, b"8 read, 8 looked\n", b"")
                check(get(f"{here}/log").count("v9fs_version ") == 1, "connected once", result)


def test_two_runs_at_once():
    with folder() as here:
        line = [STARTER, "run", image("file_shell")]
        env = {**os.environ, "HERMIT_ISOLATED": ""}
        with Shell(raw=line, cwd=here, env=env) as one, Shell(raw=line, cwd=here, env=env) as two:
            take_turns(one, two, 4)


def as_somebody(place, *lines):
    """As shell(), by a user who is not root."""
    os.chmod(place, 0o755)
    line = [f"{place}/hermit", "run", f"{place}/app"]
    shutil.copy(STARTER, f"{place}/hermit")
    shutil.copy(image("file_shell"), f"{place}/app")
    return lambda here: shell(here, *lines, raw=[*AS_SOMEBODY, *line], env={"HOME": "/nowhere"})


def test_an_ordinary_user():
    with folder() as place:
        here = f"{place}/here"
        os.mkdir(here)
        start = as_somebody(place, "cat in", "open 1 wc out", "write 1 mine", "look out",
                            "open 2 w in", "cat private")
        put(f"{here}/in", "input")
        put(f"{here}/private", "private")
        os.chmod(f"{here}/in", 0o444)
        os.chmod(f"{here}/private", 0)
        os.chmod(here, 0o777)
        want(start(here), "input", "ok", "ok", "file 4 1", "error 13", "error 13")
        status = os.stat(f"{here}/out")
        check(status.st_uid == (os.geteuid() or 12345), "made as the caller")
        check(stat.S_IMODE(status.st_mode) & 0o022 == 0, "with the caller's umask")


def test_a_folder_without_the_right_to_write_can_be_read():
    with folder() as place:
        here = f"{place}/here"
        os.mkdir(here)
        put(f"{here}/in", "input")
        start = as_somebody(place, "cat in", "open 1 wc out", "make d", "remove in", "where")
        os.chmod(here, 0o555)
        want(start(here), "input", "error 13", "error 13", "error 13", here)
        os.chmod(here, 0o755)


if __name__ == "__main__":
    main(globals())
