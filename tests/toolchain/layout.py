#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks the segments of an image against what the kernel and its loaders rely on.

    layout.py IMAGE [--fixed]

See docs/toolchain.md for the layout. Prints the segments; the status says whether all holds.
"""
import struct
import subprocess
import sys

LINK_BASE = 0x100000
PAGE = 4096
LOAD, DYNAMIC, NOTE, TLS, BSS = 1, 2, 4, 7, 0x68425353
RELRO = 0x6474E552
R, W, X = 4, 2, 1


def segments(data):
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        yield struct.unpack_from("<IIQQQQQQ", data, offset + i * size)


def symbols(path):
    text = subprocess.run(["llvm-nm-19", path], capture_output=True, text=True, check=True).stdout
    lines = (line.split() for line in text.splitlines())
    return {words[2]: int(words[0], 16) for words in lines if len(words) == 3}


def sections(path):
    text = subprocess.run(["llvm-readelf-19", "-SW", path], capture_output=True, text=True,
                          check=True).stdout
    for line in text.splitlines():
        words = line.replace("[ ", "[").split()
        if len(words) > 6 and words[0].startswith("[") and words[1].startswith("."):
            yield words[1], words[2], int(words[3], 16), int(words[5], 16)


def check_loads(loads, promise):
    promise(loads[0][3] == LINK_BASE and loads[0][2] == 0, "the first segment maps the ELF header")
    promise([s[1] for s in loads] == [R | X, R, R | W, R | W, R | W], "RX, R, RW, RW, RW in order")
    for index, load in enumerate(loads):
        promise(load[3] == load[4], f"segment {index}: physical equals virtual address")
        promise(load[1] & (W | X) != W | X, f"segment {index}: not writable and executable")
        promise(index == 3 or load[5] == load[6], f"segment {index}: bss only in the kernel's data")
        if index > 0:
            before = loads[index - 1]
            promise(load[3] // PAGE > (before[3] + before[6] - 1) // PAGE,
                    f"segment {index}: shares no page with the one before")


def check_note(data, note, entry, promise):
    words = struct.unpack_from("<IIIII", data, note[2])
    promise(words[:4] == (4, 4, 18, 0x006E6558), "the note is Xen's PVH note")
    promise(words[4] == entry, "the note holds the 32-bit entry")


def check_kernel(path, names, promise):
    text = (names["__hermit_text_start"], names["__hermit_text_end"])
    data = (names["__hermit_data_start"], names["__hermit_data_end"])
    promise(data[0] % PAGE == 0 and data[1] % PAGE == 0, "kernel data is whole pages")
    promise(names["__hermit_image_start"] == LINK_BASE, "__hermit_image_start")
    for name, kind, address, size in sections(path):
        if name == ".hermit.text":
            promise(text[0] <= address and address + size <= text[1], "kernel text in its bracket")
        elif name in (".hermit.data", ".hermit.bss"):
            promise(data[0] <= address and address + size <= data[1], f"{name} in its bracket")
        elif kind in ("PROGBITS", "NOBITS") and address != 0:
            promise(address + size <= text[0] or address >= text[1],
                    f"{name} is not among kernel text")
            promise(address + size <= data[0] or address >= data[1] or size == 0,
                    f"{name} is not among kernel data")


def main():
    path, fixed = sys.argv[1], "--fixed" in sys.argv
    with open(path, "rb") as file:
        data = file.read()
    broken = []

    def promise(holds, text):
        if not holds:
            broken.append(text)

    table = list(segments(data))
    for kind, flags, _, address, _, in_file, in_memory, _ in table:
        print(f"{kind:#010x} {flags} {address:#010x} file {in_file:#x} memory {in_memory:#x}")
    kinds = {segment[0]: segment for segment in table}
    loads = [segment for segment in table if segment[0] == LOAD]
    names = symbols(path)

    check_loads(loads, promise)
    promise(struct.unpack_from("<H", data, 16)[0] == (2 if fixed else 3), "executable or PIE")
    promise((DYNAMIC in kinds) != fixed, "a dynamic segment in a PIE alone")
    bss = kinds[BSS]
    promise(bss[5] == 0, "application bss is not in the file")
    end = loads[-1][3] + loads[-1][6]
    promise(bss[6] == 0 or bss[3] // PAGE > (end - 1) // PAGE,
            "application bss follows all loaded segments and shares no page with them")
    relro = kinds[RELRO]
    promise(relro[3] == loads[2][3] and relro[3] + relro[6] <= loads[3][3], "RELRO is segment 2")
    for name, kind, address, size in sections(path):
        inside = any(s[3] <= address and address + size <= s[3] + s[6] for s in loads + [bss])
        promise(inside or address == 0 or size == 0 or name == ".tbss", f"{name} is in a segment")
    check_note(data, kinds[NOTE], names["__hermit_start"], promise)
    check_kernel(path, names, promise)
    for text in broken:
        print(f"FAILED: {text}")
    sys.exit(1 if broken else 0)


main()
