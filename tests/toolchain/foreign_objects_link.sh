#!/bin/sh
# Objects of clang for linux-musl, with and without LTO, link unchanged with ours.
. "$(dirname "$0")/common.sh"

for options in -O2 "-O2 -flto" "-O2 -flto=thin" "-O2 -fno-pie"; do
    extra=
    case $options in *-fno-pie*) extra=-no-pie ;; esac
    # shellcheck disable=SC2086 # a list of options
    linux_clang $options -fopenmp -c "$tests/programs/parallel.c" -o foreign.o
    hermit_clang -fopenmp $extra foreign.o -o image -lm
    HERMIT_LINK=host-shim hermit_clang -fopenmp foreign.o -o program -lm
    echo "$options: $(./program)"
    [ "$(./program)" = "4 threads, sum 21065.833111" ] || fail "wrong result"
done
