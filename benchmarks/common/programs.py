# SPDX-License-Identifier: BSD-3-Clause
"""Builds a benchmark program twice, for Linux and for Hermit, with the same flags.

A benchmark is a folder: all its *.c and common/bench.c make one program. Options of
its own stand in the first lines of NAME.c: /* build: -fopenmp */.

Plain C is linked with Debian's musl, so that the Linux side owes nothing to our
sources. OpenMP programs are linked by the Hermit toolchain against the host shim:
that is a static Linux program with the very libomp that Hermit has.
"""
import glob
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
MUSL = "/usr/lib/x86_64-linux-musl"
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-O2", "-g", "-fPIE", "-Wall", "-Wextra",
         "-Werror", f"-I{HERE}"]
MUSL_COMPILE = ["clang-19", "--target=x86_64-linux-musl", "-nostdlibinc", "-isystem",
                "/usr/include/x86_64-linux-musl"]
MUSL_LINK = ["-static", "-nostdlib", "-fuse-ld=lld", f"{MUSL}/crt1.o", f"{MUSL}/crti.o"]


def uapi(folder):
    """A folder with Linux's kernel headers and none of glibc's."""
    path = os.path.join(folder, "uapi")
    os.makedirs(path, exist_ok=True)
    for name, target in (("linux", "/usr/include/linux"),
                         ("asm-generic", "/usr/include/asm-generic"),
                         ("asm", "/usr/include/x86_64-linux-gnu/asm")):
        if not os.path.lexists(f"{path}/{name}"):
            os.symlink(target, f"{path}/{name}")
    return path


def build_musl(folder, sources, options, output):
    subprocess.run(MUSL_COMPILE + ["-isystem", uapi(folder)] + FLAGS + options + sources +
                   MUSL_LINK + [f"{MUSL}/libc.a", f"{MUSL}/crtn.o", "-o", output], check=True)
    return output


def build_init(folder):
    return build_musl(folder, [f"{HERE}/init.c"], [], f"{folder}/init")


def sources_of(name):
    folder = os.path.join(os.path.dirname(HERE), name)
    return sorted(glob.glob(f"{folder}/*.c")) + [f"{HERE}/bench.c"]


def options_of(name):
    with open(os.path.join(os.path.dirname(HERE), name, f"{name}.c")) as file:
        own = re.search(r"^/\* build: (.*) \*/$", file.read(1000), re.M)
    return own[1].split() if own else []


def build(name, prefix, folder):
    """Returns the paths of the program for Linux and for Hermit."""
    os.makedirs(folder, exist_ok=True)
    sources, options = sources_of(name), options_of(name)
    linux, hermit = f"{folder}/{name}.linux", f"{folder}/{name}.hermit"
    compile_hermit = [f"{prefix}/bin/x86_64-hermit-clang"] + FLAGS + options + sources
    if "-fopenmp" in options:
        subprocess.run(compile_hermit + ["-o", linux, "-lm"], check=True,
                       env={**os.environ, "HERMIT_LINK": "host-shim"})
    else:
        build_musl(folder, sources, options, linux)
    subprocess.run(compile_hermit + ["-o", hermit, "-lm"], check=True)
    return linux, hermit
