#!/bin/sh
# The same source gives the same assembly for x86_64-hermit and x86_64-linux-musl. (At -O0 alone
# there is a difference: Hermit's code has no frame pointers there either.)
. "$(dirname "$0")/common.sh"

for source in "$tests"/programs/samples.c "$top"/examples/cg.c "$top"/examples/jacobi.c; do
    [ -f "$source" ] || continue
    for options in -O1 -O2 -O3 -Os "-O0 -fomit-frame-pointer" "-O2 -fno-omit-frame-pointer" \
        "-O2 -fopenmp" "-O2 -fno-pie" "-O2 -fPIC" "-O2 -g" "-O3 -ffast-math" "-O2 -mcmodel=medium"; do
        # shellcheck disable=SC2086 # a list of options
        linux_clang $options -D__hermit__=1 -S "$source" -o linux.s
        # shellcheck disable=SC2086
        hermit_clang $options -S "$source" -o hermit.s
        # The same headers by another name, in debug information.
        sed -i 's|/bin/\.\./lib/|/lib/|' hermit.s
        cmp linux.s hermit.s || fail "$(basename "$source") differs with $options"
        echo "$(basename "$source") $options: $(wc -l <hermit.s) equal lines"
    done
done
