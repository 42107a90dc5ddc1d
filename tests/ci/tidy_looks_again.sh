#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# ci/check-tidy passes over a file that was found clean, and looks again when the file, a header that
# it includes, its options or the configuration is another, and as long as something is found.
set -eu
top=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hermit-ci.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HERMIT_CACHE="$work/cache"
unset HERMIT_SAMPLE_SEED

mkdir -p "$work/tree/ci" "$work/tree/kernel" "$work/tree/build"
cd "$work/tree"
cp "$top/ci/check-tidy" "$top/ci/verdicts.py" ci/
cp "$top/.clang-tidy" .
echo 'int twice(int value);' >kernel/a.h
cat >kernel/a.c <<'EOF'
#include "a.h"
int twice(int value) { return 2 * value; }
EOF
git init -q .
git add .

# built OPTION…: as CMake and ninja would
built()
{
    command="clang-19 $* -o a.o -c $PWD/kernel/a.c"
    printf '[{ "directory": "%s", "file": "%s", "command": "%s" }]\n' \
        "$PWD/build" "$PWD/kernel/a.c" "$command" >build/compile_commands.json
    printf 'rule cc\n command = %s\n deps = gcc\n depfile = a.d\nbuild a.o: cc %s\n' \
        "clang-19 -MD -MF a.d $* -o a.o -c $PWD/kernel/a.c" "$PWD/kernel/a.c" >build/build.ninja
    ninja -C build >log || { cat log && exit 1; }
}

# looks N: the check passes, after a look at so many files
looks()
{
    ci/check-tidy build >log || { cat log && exit 1; }
    grep -q "^1 files, $1 looked at" log || { echo "not $1:" && cat log && exit 1; }
}

built
looks 1
looks 0
echo '/* another */' >>kernel/a.h
looks 1 # what it is now has not been compiled
looks 1
built
looks 1
looks 0
echo '/* another */' >>kernel/a.c
built
looks 1
looks 0
built -DOPTION
looks 1
built
looks 0
echo '# another' >>.clang-tidy
looks 1
looks 0

# A shallow look, or a deep one, and no other with the same seed.
for HERMIT_SAMPLE_SEED in 1 2 3 4 5 6; do
    export HERMIT_SAMPLE_SEED
    rm -r "$HERMIT_CACHE"
    looks 1
    looks 0
done
unset HERMIT_SAMPLE_SEED

echo 'int thrice(int value) { int wrong = 0; return value / wrong; }' >>kernel/a.c
built
for _ in 1 2; do
    if ci/check-tidy build >log; then
        echo "a division by zero is passed over"
        exit 1
    fi
    grep -q DivideZero log
done
echo "looks again when it must"
