# SPDX-License-Identifier: BSD-3-Clause
"""Symbols and code of an image, for plugins that must find functions in a running guest."""
import bisect
import re
import subprocess


def symbols_of(image):
    """Sorted (link address, name) of the image's functions and variables."""
    found = []
    for line in subprocess.run(["llvm-nm-19", image], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.splitlines():
        fields = line.split()
        if len(fields) == 3:
            found.append((int(fields[0], 16), fields[2]))
    return sorted(found)


def code_of(image, function):
    """The function's bytes, up to its last return instruction."""
    text = subprocess.run(["llvm-objdump-19", "-d", f"--disassemble-symbols={function}", image],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    code = b"".join(bytes.fromhex(m[1]) for m in
                    re.finditer(r"^\s*[0-9a-f]+:((?: [0-9a-f]{2})+)\s", text, re.M))
    return code[:code.rindex(b"\xc3") + 1]


def name_of(address, symbols):
    """function+offset, or the number where no symbol is near."""
    i = bisect.bisect(symbols, (address, "\x7f")) - 1
    if i < 0 or i == len(symbols) - 1:
        return f"{address:#x}"
    return f"{symbols[i][1]}+{address - symbols[i][0]:#x}"
