#!/bin/sh
# The image's segments: W^X, physical = linked address, bss outside PT_LOAD, kernel text and data in
# one piece each; as PIE, fixed, with LTO, with a 3 GiB array.
. "$(dirname "$0")/common.sh"

for options in -O2 "-O2 -no-pie" "-O2 -flto"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options -fopenmp "$tests/programs/parallel.c" -o image -lm
    fixed=
    case $options in *-no-pie*) fixed=--fixed ;; esac
    echo "parallel $options"
    python3 "$tests/layout.py" image $fixed
done

hermit_clang -O2 -mcmodel=medium "$tests/programs/huge.c" -o huge
echo "huge (3 GiB of bss)"
python3 "$tests/layout.py" huge
[ "$(stat -c %s huge)" -lt 10000000 ] || fail "the array is in the file"
