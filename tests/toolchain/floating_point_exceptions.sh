#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# feenableexcept and its kin, which musl lacks, do as glibc's: the same program natively and under
# Hermit.
. "$(dirname "$0")/common.sh"

source=$tests/programs/floating_point_exceptions.c
clang-19 -std=gnu17 -O2 -I"$top/tests/posix" "$source" -o native -lm
hermit_clang -std=gnu17 -O2 -I"$top/tests/posix" "$source" -o image -lm
./native >expected || fail "natively: $(cat expected)"
seen "$(cat expected)" hermit_runs image
