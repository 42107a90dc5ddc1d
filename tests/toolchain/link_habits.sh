#!/bin/sh
# What builds pass by habit links, and links Hermit's own libraries: a -L folder of the host's, its
# archives by path, -lgcc and its kin, -nostdlib with libraries named one by one. A library of the
# user's that has one of these names is still the user's. 16-byte atomics are there.
. "$(dirname "$0")/common.sh"

host=/usr/lib/x86_64-linux-gnu
[ -f $host/libc.a ] || fail "this test wants the host's libc.a (package libc6-dev)"
source=$tests/programs/parallel.c
expected="4 threads, sum 21065.833111"
habits="-lgcc -lgcc_s -lgcc_eh -latomic -lgomp -lm -lrt -ldl -lutil -lcrypt -lresolv -lpthread -lc"

# takes WHAT OPTION…: links without a word, with nothing of glibc's in it, and runs
takes()
{
    what=$1
    shift
    hermit_clang -O2 -fopenmp "$source" -o image "$@" >out 2>&1 || fail "$what: $(cat out)"
    [ ! -s out ] || fail "$what printed $(cat out)"
    ! llvm-nm-19 image | grep -E ' (_IO_2_1_stdout_|_IO_list_all|__libc_early_init|_dl_relocate)' || fail "$what: glibc is in it"
    [ "$(hermit_runs image)" = "$expected" ] || fail "$what: wrong result"
    echo "$what: links and runs"
}

# shellcheck disable=SC2086 # lists of options
{
    takes "the host's folder" -L$host -lm -lpthread
    takes "the same, apart" -L $host -Wl,-L,$host -Wl,--library-path=$host -l m -Wl,--library=m
    takes "after the library" -lm -lc -L$host -L/usr/lib/gcc/x86_64-linux-gnu/12
    takes habits $habits
    takes "habits and the host's folder" -L$host $habits
    takes "by file name" -L$host -l:libm.a -l:libpthread.a -l:libc.a
    takes "by path" $host/libm.a $host/libpthread.a $host/libc.a
    takes "shared ones by path" $host/libm.so $host/libc.so
    takes "-Bdynamic at the end" -Wl,-Bstatic -lm -Wl,-Bdynamic
    takes "grouped" -Wl,--start-group -lm -lc -lgcc -Wl,--end-group
    takes "-nodefaultlibs with all by name" -nodefaultlibs -lgomp -lm -lgcc -lc
}

# A library of the user's with such a name.
mkdir mine
echo 'int helper(void) { return 7; }' >helper.c
echo 'int helper(void); int main(void) { return helper(); }' >uses_helper.c
hermit_clang -O2 -c helper.c -o helper.o
for name in util rt crypt m; do
    "$prefix/bin/x86_64-hermit-ar" rcs mine/lib$name.a helper.o
    for order in "-Lmine -L$host -l$name" "-L$host -Lmine -l$name" "-l$name -Lmine"; do
        # shellcheck disable=SC2086
        hermit_clang uses_helper.c -o image $order || fail "the user's lib$name is not found: $order"
    done
    rm mine/lib$name.a
done
echo "a library of the user's is the user's"
if hermit_clang uses_helper.c -o image -lnowhere 2>refusal; then
    fail "a library that is nowhere was found"
fi
grep -q 'unable to find library -lnowhere' refusal || fail "$(cat refusal)"

atomics=$tests/programs/atomics16.c
hermit_clang -O2 -DINLINED -mcx16 -c "$atomics" -o inlined.o
hermit_clang -O2 -Wno-atomic-alignment "$atomics" inlined.o -o atomics -latomic
seen=$(hermit_runs atomics)
echo "16-byte atomics: $seen"
[ "$seen" = "40000 80000, lock-free: 1" ] || fail "wrong result"
