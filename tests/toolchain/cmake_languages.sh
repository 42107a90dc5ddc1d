#!/bin/sh
# CMake projects in C, C++ and, where the prefix has it, Fortran: OpenMP and threads in each,
# interprocedural optimisation, SHARED and MODULE libraries, a library of the user's own by
# CMAKE_PREFIX_PATH and by pkg-config, a check that runs, CTest; nothing of the host's is found.
. "$(dirname "$0")/common.sh"

[ -f "$prefix/x86_64-hermit/.parts/cxx" ] || exit 77
languages="C CXX"
[ ! -f "$prefix/x86_64-hermit/.parts/fortran" ] || languages="C CXX Fortran"
toolchain_file=$prefix/share/cmake/Hermit/toolchain.cmake

# build SOURCE FOLDER [OPTION…]
build()
{
    source=$1
    folder=$2
    shift 2
    cmake -G Ninja -S "$source" -B "$folder" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_TOOLCHAIN_FILE="$toolchain_file" "$@" >log 2>&1 || fail "configure: $(cat log)"
    ninja -C "$folder" >log 2>&1 || fail "build: $(cat log)"
}

# A library with a CMake package and a pkg-config file, installed outside the sysroot.
mkdir library
echo 'int installed(void) { return 42; }' >library/installed.c
cat >library/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.25)
project(Installed C)
add_library(installed SHARED installed.c)
install(TARGETS installed EXPORT installed DESTINATION lib)
install(EXPORT installed NAMESPACE Installed:: FILE InstalledConfig.cmake DESTINATION lib/cmake/Installed)
file(WRITE ${CMAKE_BINARY_DIR}/installed.pc
    "Name: installed\nDescription: a library\nVersion: 1\nLibs: -L${CMAKE_INSTALL_PREFIX}/lib -linstalled\n")
install(FILES ${CMAKE_BINARY_DIR}/installed.pc DESTINATION lib/pkgconfig)
EOF
build library library-out -DCMAKE_INSTALL_PREFIX="$PWD/own"
cmake --install library-out >log
[ -f own/lib/libinstalled.a ] || fail "a SHARED library is no archive: $(ls own/lib)"

mkdir project
cp "$tests/programs/parallel.c" "$tests/programs/exceptions.cpp" "$tests/programs/sum.f90" project/
echo 'int module(void) { return 1; }' >project/module.c
printf 'int installed(void);\nint main(void) { return installed() != 42; }\n' >project/own.c
cat >project/CMakeLists.txt <<EOF
cmake_minimum_required(VERSION 3.25)
project(Own $languages)
foreach(language $languages)
  if(NOT CMAKE_\${language}_COMPILER MATCHES hermit)
    message(FATAL_ERROR "\${language}: \${CMAKE_\${language}_COMPILER}")
  endif()
endforeach()
EOF
cat >>project/CMakeLists.txt <<'EOF'
find_package(OpenMP REQUIRED)
find_package(Threads REQUIRED)
find_package(Installed REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(INSTALLED REQUIRED IMPORTED_TARGET installed)
find_library(HOST_LIBRARY NAMES z ssl crypto PATH_SUFFIXES x86_64-linux-gnu)
find_package(ZLIB)
if(HOST_LIBRARY OR ZLIB_FOUND)
  message(FATAL_ERROR "found the host's: ${HOST_LIBRARY}")
endif()
include(CheckIPOSupported)
check_ipo_supported(LANGUAGES C CXX)
include(CheckCSourceRuns)
check_c_source_runs("int main(void) { return 0; }" RUNS)
check_c_source_runs("int main(void) { return 1; }" RUNS_TOO)
if(NOT RUNS OR RUNS_TOO)
  message(FATAL_ERROR "checks do not run")
endif()
add_library(module MODULE module.c)
add_executable(parallel parallel.c)
target_link_libraries(parallel PRIVATE OpenMP::OpenMP_C Threads::Threads m)
set_target_properties(parallel PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
add_executable(exceptions exceptions.cpp)
target_link_libraries(exceptions PRIVATE OpenMP::OpenMP_CXX Threads::Threads)
set_target_properties(exceptions PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
add_executable(own own.c)
target_link_libraries(own PRIVATE Installed::installed)
add_executable(own_too own.c)
target_link_libraries(own_too PRIVATE PkgConfig::INSTALLED)
set(programs parallel exceptions own own_too)
if(CMAKE_Fortran_COMPILER_LOADED)
  add_executable(sum sum.f90)
  target_link_libraries(sum PRIVATE OpenMP::OpenMP_Fortran)
  list(APPEND programs sum)
endif()
enable_testing()
foreach(program ${programs})
  add_test(NAME ${program} COMMAND ${program})
endforeach()
EOF
PKG_CONFIG_PATH=$PWD/own/lib/pkgconfig
export PKG_CONFIG_PATH
build project out -DCMAKE_PREFIX_PATH="$PWD/own"
[ -f out/libmodule.a ] || fail "a MODULE library is no archive: $(ls out)"
ctest --test-dir out --output-on-failure >log 2>&1 || fail "ctest: $(cat log)"
grep 'tests passed' log
