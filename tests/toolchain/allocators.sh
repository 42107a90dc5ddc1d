#!/bin/sh
# mimalloc is linked unless musl's allocator is chosen; both pass the tests of malloc, on Hermit and
# as Linux processes; a program that calls no malloc carries neither, and may have its own.
. "$(dirname "$0")/common.sh"

# allocators IMAGE: which of the two are in it
allocators()
{
    llvm-nm-19 "$1" >symbols
    # shellcheck disable=SC2046 # on one line
    echo $(sed -n 's/.* _mi_heap_main$/mimalloc/p; s/.* __malloc_context$/musl/p' symbols | sort)
}

# holds WHAT ALLOCATORS OPTION…: the test program, linked with the options, has these allocators
holds()
{
    what=$1
    wanted=$2
    shift 2
    hermit_clang "$@" -O2 memory.c -o image || fail "$what does not link"
    [ "$(allocators image)" = "$wanted" ] || fail "$what has '$(allocators image)', not '$wanted'"
    echo "$what: ${wanted:-none}, $(stat -c %s image) bytes"
}

cat >memory.c <<'EOF'
#include <stdlib.h>
int main(void)
{
    char *volatile block = malloc(100);
    free(block);
    return block == NULL;
}
EOF
printf 'int main(void) { return 0; }\n' >none.c
musl=-Wl,--hermit-malloc=musl

holds "default" mimalloc
holds "-lc named" mimalloc -lc
holds "-flto" mimalloc -flto
holds "-no-pie" mimalloc -no-pie
holds "option musl" musl $musl
holds "option mimalloc" mimalloc -Wl,--hermit-malloc=mimalloc
HERMIT_MALLOC=musl holds "environment musl" musl
HERMIT_MALLOC=musl holds "option against environment" mimalloc -Wl,--hermit-malloc=mimalloc
for program in none.c "$tests/programs/hello.c"; do
    hermit_clang -O2 "$program" -o image
    [ -z "$(allocators image)" ] || fail "$program has $(allocators image)"
    echo "$(basename "$program"): no allocator"
done
if hermit_clang -Wl,--hermit-malloc=other memory.c -o image 2>refusal; then
    fail "an unknown allocator was taken"
fi
grep -q '^hermit: there is no allocator "other"' refusal || fail "unknown: $(cat refusal)"

hermit_clang -O2 -c -fno-builtin "$tests/programs/own_malloc.c" -o own.o
for option in $musl -Wl,--hermit-malloc=mimalloc; do
    hermit_clang $option own.o -o own || fail "own malloc does not link with $option"
    hermit_runs own || fail "own malloc with $option ended with $?"
done

for name in mimalloc musl; do
    export HERMIT_MALLOC=$name
    hermit_clang -O2 "$tests/programs/thread_heaps.c" -o heaps
    hermit_runs heaps || fail "thread_heaps with $name ended with $?"
    hermit_clang -O2 "$top/benchmarks/memory/malloc_threads.c" -o threads
    hermit_runs threads 4 5000 || fail "malloc_threads with $name ended with $?"
    hermit_clang memory.c -o little
    "$prefix/bin/hermit" run --cpus 1 --mem 16M --timeout 120 little || fail "$name fails in 16 MiB"
    for test in malloc_contracts malloc_stress_by_threads; do
        source=$top/tests/posix/memory/$test.c
        hermit_clang -O1 -fno-builtin -I"$top/tests/posix" "$source" -o program
        hermit_runs program || fail "$test with $name ended with $?"
        HERMIT_LINK=host-shim hermit_clang -O1 -fno-builtin -I"$top/tests/posix" "$source" -o shim
        timeout 120 ./shim || fail "$test with $name and the host shim ended with $?"
    done
    echo "$name: passes"
done
