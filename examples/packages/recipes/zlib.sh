# SPDX-License-Identifier: BSD-3-Clause
#
# zlib 1.2: its own tests, round trips, and the same compressed bytes

configure()
{
    copy_source
    [ "$system" = native ] || export CHOST=x86_64-hermit
    CFLAGS=-O2 ./configure --static --prefix="$out"
}

compile()
{
    make -j"$jobs" libz.a
    make install
}

programs()
{
    make -j"$jobs" static infcover
}

tests()
{
    input=$results/input
    cat "$source"/*.c "$source"/doc/* >"$input"
    try teststatic make teststatic
    for level in 1 6 9; do
        same "level_$level" round_trip "$input" $level
    done
    same infcover ./infcover
}

# round_trip INPUT LEVEL: through minigzip there and back, by standard input and output
round_trip()
{
    ./minigzip "-$2" <"$1" | tee "$results/level$2.gz" | ./minigzip -d | cmp - "$1"
    sha256sum <"$results/level$2.gz"
}
