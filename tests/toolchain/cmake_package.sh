#!/bin/sh
# A CMake project of one's own, outside the tree: toolchain file, find_package(Hermit), a run target.
. "$(dirname "$0")/common.sh"

mkdir project
cp "$tests/programs/parallel.c" project/
cat >project/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.25)
project(Own C)
find_package(Hermit 0.1 REQUIRED)
find_package(OpenMP REQUIRED)
find_package(Threads REQUIRED)
add_library(helper STATIC helper.c)
add_executable(parallel parallel.c)
target_link_libraries(parallel PRIVATE helper OpenMP::OpenMP_C Threads::Threads m)
hermit_add_run(parallel CPUS 2)
enable_testing()
add_test(NAME parallel COMMAND parallel)
EOF
echo 'int helper(void) { return 1; }' >project/helper.c
cmake -G Ninja -S project -B out -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$prefix/share/cmake/Hermit/toolchain.cmake" >log 2>&1 ||
    fail "configure: $(cat log)"
ninja -C out >log 2>&1 || fail "build: $(cat log)"
llvm-readelf-19 -l out/parallel | grep -q 8425353 || fail "not a Hermit image"
ninja -C out run-parallel >log 2>&1 || fail "run: $(cat log)"
grep -x '4 threads, sum 21065.833111' log || fail "run: $(cat log)"
ctest --test-dir out >log 2>&1 || fail "ctest: $(cat log)"
tail -n 4 log
