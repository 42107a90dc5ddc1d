#!/bin/sh
# The options of the manual link, silently; -shared is refused in one clear line.
. "$(dirname "$0")/common.sh"

source=$tests/programs/parallel.c
for options in -O0 -O1 -O2 -O3 "-O2 -g" "-O3 -march=haswell" "-O3 -march=x86-64-v3" "-O2 -static" \
    "-O2 -no-pie" "-O2 -fno-pie -no-pie" "-O2 -flto" "-O2 -flto=thin" "-O2 -flto -no-pie" \
    "-O2 -pthread" "-O2 -Werror -no-pie" "-O2 -Wl,-Map=map,--strip-debug" "-Os -s"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options -fopenmp "$source" -o image -lm >out 2>&1 ||
        fail "$options: $(cat out)"
    [ ! -s out ] || fail "$options printed $(cat out)"
    type=$(llvm-readelf-19 -h image | sed -n 's/^ *Type: *\([A-Z]*\).*/\1/p')
    case $options in
    *-no-pie*) [ "$type" = EXEC ] || fail "$options gave $type" ;;
    *) [ "$type" = DYN ] || fail "$options gave $type" ;;
    esac
    if llvm-readelf-19 -r image | grep 'R_X86_64_' | grep -v R_X86_64_RELATIVE; then
        fail "$options leaves relocations but RELATIVE"
    fi
    echo "$options: $type, $(stat -c %s image) bytes"
done

hermit_clang -O2 -fopenmp -c "$source" -o object.o
hermit_clang -O2 -S "$tests/programs/hello.c" -o hello.s
hermit_clang -E "$tests/programs/hello.c" -o hello.i
hermit_clang hello.s -o from_assembly
printf '#include <sys/syscall.h>\n .globl nr\nnr: mov $SYS_read, %%eax\n ret\n' >part.S
hermit_clang -c part.S -o part.o
hermit_clang -r object.o part.o -o both.o
hermit_clang both.o -lm -o from_objects
"$prefix/bin/x86_64-hermit-ar" rcs libpart.a part.o
"$prefix/bin/x86_64-hermit-nm" libpart.a | grep -q ' T nr' || fail "nm does not see nr"
# shellcheck disable=SC2016
echo "-fopenmp $source -o from_response -lm" >response
hermit_clang @response
echo "-c -S -E .S -r archives response files: taken"

if hermit_clang -shared -fPIC "$tests/programs/hello.c" -o lib.so 2>refusal; then
    fail "-shared was taken"
fi
grep -q '^hermit: -shared is not supported' refusal || fail "-shared: $(cat refusal)"
echo "-shared: $(head -n 1 refusal)"
