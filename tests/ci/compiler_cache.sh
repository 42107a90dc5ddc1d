#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# What ci/compiler_cache.cmake keeps: an object is found again in another build folder and in
# another clone, and compiled again when a header, or which header a name means, is another.
set -eu
top=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
command -v ccache >/dev/null || { echo "no ccache here" && exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hermit-ci.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HERMIT_CACHE="$work/cache"
unset CCACHE_DISABLE

mkdir -p "$work/tree/kernel/near" "$work/tree/kernel/far"
cd "$work/tree"
cat >CMakeLists.txt <<EOF
cmake_minimum_required(VERSION 3.25)
project(Tree LANGUAGES C)
include($top/ci/compiler_cache.cmake)
add_library(a STATIC kernel/a.c)
target_include_directories(a PRIVATE kernel/near kernel/far)
EOF
printf '#include <one.h>\nint one = ONE;\n' >kernel/a.c
echo '#define ONE 1' >kernel/far/one.h

# compiles TREE BUILD: with CMake and ninja, in a build folder that is empty
compiles()
{
    rm -rf "${1:?}/$2"
    { cmake -G Ninja -S "$1" -B "$1/$2" -DCMAKE_C_COMPILER=clang-19 -DCMAKE_C_FLAGS=-g &&
        ninja -C "$1/$2"; } >log 2>&1 || { cat log && exit 1; }
}

# counts HITS MISSES: what the cache has found, and not found, since the beginning
counts()
{
    found=$(ccache -d "$HERMIT_CACHE/ccache" --print-stats |
        awk '/^(direct|preprocessed)_cache_hit/ { hits += $2 } /^cache_miss/ { misses += $2 }
             END { print hits + 0, misses + 0 }')
    [ "$found" = "$1 $2" ] || { echo "hits and misses: $found, not $1 $2" && exit 1; }
}

compiles . build
counts 0 1
compiles . build
counts 1 1
compiles . other
counts 2 1
cp -R . "$work/clone"
compiles "$work/clone" build
counts 3 1
! strings -a build/CMakeFiles/a.dir/kernel/a.c.o | grep -F -e "$work" -e ../ ||
    { echo "a folder's place is in the object" && exit 1; }

echo '#define ONE 2' >kernel/near/one.h # comes before the other one
compiles . build
counts 3 2
rm kernel/near/one.h
compiles . build
counts 4 2

echo '#define ONE 3' >kernel/far/one.h
compiles . build
counts 4 3
