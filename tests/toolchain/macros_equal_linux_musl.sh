#!/bin/sh
# Predefined macros and those of common headers are linux-musl's, plus __hermit__.
. "$(dirname "$0")/common.sh"

printf '#include <%s>\n' stdint.h limits.h float.h wchar.h fenv.h pthread.h unistd.h >headers.c
: >empty.c
for file in empty.c headers.c; do
    for options in -O0 -O2 "-O2 -march=haswell" "-O2 -fopenmp" "-O2 -pthread" "-O3 -ffast-math" \
        -fno-pie -std=c99; do
        # shellcheck disable=SC2086 # a list of options
        linux_clang $options -dM -E "$file" | sort >linux
        # shellcheck disable=SC2086
        hermit_clang $options -dM -E "$file" | sort >hermit
        added=$(diff linux hermit | grep '^[<>]' || true)
        [ "$added" = "> #define __hermit__ 1" ] || fail "$file, $options: $added"
        echo "$file $options: $(wc -l <hermit) macros, only __hermit__ added"
    done
done
