#!/bin/sh
# UBSan: the checks' messages, status and options are those of the same libraries on Linux. They are
# built at their first use.
. "$(dirname "$0")/common.sh"

[ -f "$prefix/x86_64-hermit/.parts/cxx" ] || {
    echo "this prefix is built without C++, whose unwinder UBSan uses (ci/build --with cxx)"
    exit 77
}
cp "$tests/programs/undefined.c" .
checks=-fsanitize=undefined,float-cast-overflow

# same LANGUAGE OPTION…: standard output, messages and status are the same on Linux and here
same()
{
    hermit_clang -x "$@" undefined.c -o image
    hermit_clang -x "$@" -Wl,--hermit-host-shim undefined.c -o linux
    here=0 there=0
    hermit_runs image >image.out 2>image.messages || here=$?
    ./linux >linux.out 2>linux.messages || there=$?
    [ $here = $there ] || fail "$*: status $here instead of $there"
    cmp image.out linux.out || fail "$*: other output"
    # Addresses, bytes of memory and what a crash report adds differ.
    for side in image linux; do
        sed '/^hermit: aborted/,$d; /^Aborted/d; s/0x[0-9a-f]*/ADDRESS/g
            /^ *[0-9a-f][0-9a-f]  *[0-9a-f][0-9a-f] /d' $side.messages >$side.text
    done
    diff linux.text image.text || fail "$*: other messages"
    echo "$*: $(grep -c -e 'runtime error' -e '^ubsan' image.text) messages, status $here"
}
same c -O1 $checks
same c++ -O1 $checks
same c -O0 -no-pie -fno-pie $checks
same c -O2 $checks -fno-sanitize-recover=all
same c -O1 $checks -fsanitize-minimal-runtime
same c -O1 $checks -fsanitize-minimal-runtime -fno-sanitize-recover=all
same c -O1 $checks -fsanitize-trap=shift -fno-sanitize=shift,alignment
UBSAN_OPTIONS=halt_on_error=1:exitcode=7 same c -O1 $checks
[ $here = 7 ] || fail "UBSAN_OPTIONS is not read: status $here"

hermit_clang -g -O1 $checks undefined.c -o image
hermit_runs image >/dev/null 2>messages
line=$(grep -n 'return a + b' undefined.c | cut -d: -f1)
grep -q "^undefined.c:$line:14: runtime error: signed integer overflow: 2147483647 + 1" messages ||
    fail "no message for line $line: $(cat messages)"

# The addresses of a backtrace are llvm-symbolizer's to name.
UBSAN_OPTIONS=print_stacktrace=1 hermit_runs image >/dev/null 2>messages
at=$(sed -n 's/^ *#0 .*+\(0x[0-9a-f]*\)).*/\1/p' messages | head -n 1)
llvm-symbolizer-19 --obj=image "$at" | grep -q "undefined.c:$line" || fail "$at is not line $line"
echo "backtraces: named"
