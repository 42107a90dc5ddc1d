#!/bin/sh
# Profiles and coverage count what the same libraries count on Linux, and what was counted leaves
# the machine. The run-time library is built at its first use.
. "$(dirname "$0")/common.sh"

cp "$tests/programs/branches.c" "$tests/programs/gcov.c" .
says=904950

# counts FILE: what a raw profile says, as text
counts()
{
    llvm-profdata-19 merge "$1" -o merged || fail "$1 cannot be merged"
    llvm-profdata-19 show -all-functions -counts merged
}
for options in "-O1 -fprofile-generate" "-O0 -fprofile-instr-generate -fcoverage-mapping" \
    "-O2 -fprofile-instr-generate -fno-pie -no-pie" "-O2 -fprofile-generate=folder -flto" \
    "-O1 -x c++ -fprofile-instr-generate" "-O1 -fprofile-generate -s"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options branches.c -o image
    # shellcheck disable=SC2086
    hermit_clang $options -Wl,--hermit-host-shim branches.c -o linux
    seen $says env LLVM_PROFILE_FILE=linux.profraw ./linux
    LLVM_PROFILE_FILE=/dev/stderr hermit_runs image >out 2>image.profraw
    [ "$(cat out)" = $says ] || fail "$options: $(cat out)"
    counts linux.profraw >linux.counts
    counts image.profraw >image.counts
    diff linux.counts image.counts || fail "$options: other counts"
    echo "$options: $(grep -c '^    Counters' image.counts) functions"
done

# Lines with their counts; then the compiler knows which branch is taken how often.
hermit_clang -O1 -fprofile-instr-generate -fcoverage-mapping branches.c -o image
LLVM_PROFILE_FILE=/dev/stderr hermit_runs image >out 2>image.profraw
counts image.profraw >image.counts
llvm-cov-19 show image -instr-profile=merged | grep -q '99| *return a;' || fail "no line counts"
hermit_clang -O1 -fprofile-use=merged -Werror -S -emit-llvm branches.c -o branches.ll
grep -q branch_weights branches.ll || fail "-fprofile-use learns nothing"

# A file in memory, whose folders are made.
printf '%s\n' '#include <stdio.h>' 'int __llvm_profile_write_file(void);' 'int main(void)' '{' \
    'FILE *file;' '__llvm_profile_write_file(); file = fopen("/a/b/1.profraw", "rb");' \
    'puts(file == NULL ? "no file" : fgetc(file) == 0x81 ? "a profile" : "something"); }' >file.c
hermit_clang -fprofile-instr-generate file.c -o image
seen "a profile" env LLVM_PROFILE_FILE=/a/b/%p.profraw "$prefix/bin/hermit" run image

# gcov's, by the file that the program reads back.
hermit_clang -O0 --coverage gcov.c -o image
hermit_runs image "$PWD/image-gcov.gcda" >image-gcov.gcda || fail "no counts were written"
llvm-cov-19 gcov -t image-gcov.gcda >lines || fail "llvm-cov reads no counts"
grep -q '7:.*rounds += argc;' lines || fail "wrong counts: $(cat lines)"
echo "--coverage: counted"

hermit_clang -O1 -fprofile-generate -c branches.c
if hermit_clang branches.o -o image 2>refusal; then
    fail "objects with counters were linked without what writes them"
fi
grep -q 'objects were compiled for profiles: link with' refusal || fail "$(cat refusal)"
