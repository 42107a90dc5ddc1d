#!/bin/sh
# Debian's clang-19 with the configuration installed, in a folder outside the tree: plain, -no-pie,
# -flto, an object made for linux-musl; each image boots.
. "$(dirname "$0")/common.sh"

cp "$tests/programs/parallel.c" x.c
# Where the configuration is not installed (no root), Clang is told where it is.
configured=
if ! clang-19 --target=x86_64-hermit -### -c x.c 2>&1 | grep -q -F "$prefix/lib/hermit/isa.h"; then
    mkdir config
    echo "@$prefix/lib/hermit/x86_64-unknown-hermit-clang.cfg" \
        >config/x86_64-unknown-hermit-clang.cfg
    configured=--config-user-dir=$PWD/config
    echo "configuration given by $configured"
fi

linux_clang -O2 -fopenmp -c x.c -o foreign.o
for options in "x.c" "-O2 x.c" "-O2 -no-pie x.c" "-O2 -flto x.c" "-O2 -flto=thin x.c" \
    "-O2 foreign.o" "-O2 -g -static x.c"; do
    # shellcheck disable=SC2086 # a list of options
    clang-19 $configured --target=x86_64-hermit -fopenmp $options -o x -lm
    seen=$(hermit_runs x)
    echo "$options: $seen"
    [ "$seen" = "4 threads, sum 21065.833111" ] || fail "wrong result"
done
