#!/bin/sh
# A Meson project of one's own by the cross file: C and C++, OpenMP, threads, a library, a program
# that is run while configuring, tests.
. "$(dirname "$0")/common.sh"

[ -f "$prefix/x86_64-hermit/.parts/cxx" ] || exit 77
mkdir project
cp "$tests/programs/parallel.c" "$tests/programs/exceptions.cpp" project/
echo 'int helper(void) { return 1; }' >project/helper.c
cat >project/meson.build <<'EOF'
project('own', 'c', 'cpp')
openmp = dependency('openmp')
threads = dependency('threads')
helper = library('helper', 'helper.c')
answer = meson.get_compiler('c').run('#include <stdio.h>\nint main(void) { puts("ran"); return 0; }')
if answer.returncode() != 0 or answer.stdout().strip() != 'ran'
  error('a check did not run')
endif
parallel = executable('parallel', 'parallel.c', dependencies: [openmp, threads], link_with: helper,
                      link_args: '-lm')
exceptions = executable('exceptions', 'exceptions.cpp', dependencies: openmp)
test('parallel', parallel)
test('exceptions', exceptions)
EOF
# Debian's Meson 1.0 knows OpenMP up to 5.0, and Clang 19 says 5.1.
meson setup -Dc_args=-fopenmp-version=50 -Dcpp_args=-fopenmp-version=50 --cross-file "$prefix/share/meson/cross/x86_64-hermit.ini" out project >log 2>&1 ||
    fail "setup: $(cat log)"
ninja -C out >log 2>&1 || fail "build: $(cat log)"
[ -f out/libhelper.a ] || fail "library() made no archive"
llvm-readelf-19 -l out/exceptions | grep -q 8425353 || fail "not a Hermit image"
meson test -C out >log 2>&1 || fail "test: $(cat log)"
grep -A1 '^Ok:' log
