#!/bin/sh
# A leaf runs with the flags that the application has: neither it nor what it calls at once uses an
# instruction that goes by the direction flag. What goes on as a call (NAME_call) is another matter.
. "$(dirname "$0")/common.sh"

printf '#include <unistd.h>\nint main(int c, char **v) { (void)v; return (int)syscall(c); }\n' >any.c
hermit_clang -O2 any.c -o any

# body NAME…: the disassembly of these functions
body()
{
    llvm-objdump-19 --disassemble-symbols="$(echo "$*" | tr ' ' ,)" --no-show-raw-insn any
}

leaves=$(sed -n 's/^SYSCALL([0-9]*, \([a-z0-9_]*\), [0-6], [A-Z]*, LEAF,.*/sys_\1/p' \
    "$top/syscalls/table.def")
[ "$(echo "$leaves" | wc -l)" -ge 30 ] || fail "the table has few leaves"
# shellcheck disable=SC2086 # a list of names
called=$(body $leaves | sed -n 's/.*[[:space:]]\(call\|j[a-z]*\)[[:space:]].*<\([a-z0-9_]*\)>$/\2/p' |
    grep -v '_call$' | sort -u)
# shellcheck disable=SC2086
body $leaves $called >text
[ "$(grep -c '>:$' text)" -ge 30 ] || fail "the image has few leaves"
echo "$(grep -c '>:$' text) functions"
! grep -E '%es:\(%rdi\)|[[:space:]](rep|lods)' text || fail "a string instruction"
