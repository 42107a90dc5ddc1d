#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Stacks are executable if the image asks for it, the main thread's and those of others: by
# -z execstack, the last of which counts, and with Fortran's run-time library.
. "$(dirname "$0")/common.sh"

# runs STATUS FLAGS OPTION…: both threads' status, the segment's flags
runs()
{
    status=$1
    flags=$2
    shift 2
    hermit_clang -O1 "$tests/programs/executable_stack.c" -o image "$@" || fail "$*: does not link"
    llvm-readelf-19 -lW image | grep -q "GNU_STACK.* $flags " || fail "$*: $(llvm-readelf-19 -lW image | grep GNU_STACK)"
    for argument in "" thread; do
        seen=0
        # shellcheck disable=SC2086 # none, or one
        hermit_runs image $argument >out 2>&1 || seen=$?
        wanted=$status
        [ "$status.$argument" != 42.thread ] || wanted=43
        [ $seen -eq $wanted ] || fail "$* $argument: status $seen, not $wanted: $(cat out)"
    done
    echo "${*:-no option}: status $status, $flags"
}

runs 139 RW
runs 42 RWE -Wl,-z,execstack
runs 42 RWE -z execstack -no-pie
runs 42 RWE -Wl,-z,noexecstack -Wl,-z -Wl,execstack
runs 139 RW -Wl,-z,execstack -Wl,-z,noexecstack
runs 42 RWE -lgfortran
runs 139 RW -lgfortran -Wl,-z,noexecstack
