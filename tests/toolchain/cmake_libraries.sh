#!/bin/sh
# find_package for BLAS, LAPACK and HDF5, and FFTW through pkg-config, by CMake's own modules: they find
# what lies where CMAKE_PREFIX_PATH and PKG_CONFIG_PATH say, try it, and link it, and nothing of the
# host's. The libraries are small ones with the names and symbols that the modules look for;
# examples/packages/build consumer takes the real ones.
. "$(dirname "$0")/common.sh"

toolchain_file=$prefix/share/cmake/Hermit/toolchain.cmake

# archive NAME CODE: own/libNAME.a
archive()
{
    mkdir -p own/lib/pkgconfig own/include
    echo "$2" >"$1.c"
    hermit_clang -O2 -c "$1.c" -o "$1.o"
    "$prefix/bin/x86_64-hermit-ar" rcs "own/lib/lib$1.a" "$1.o"
}
archive blas 'int sgemm_(void) { return 1; }'
archive lapack 'int sgemm_(void); int cheev_(void) { return sgemm_() + 1; }'
archive hdf5 'int H5open(void) { return 4; }'
archive fftw3 'int fftw_measure(void) { return 8; }'
echo 'int H5open(void);' >own/include/hdf5.h
echo '#define H5_VERSION "1.10.8"' >own/include/H5pubconf.h
cat >own/lib/pkgconfig/fftw3.pc <<EOF
Name: FFTW
Description: transforms
Version: 3.3.10
Libs: -L$PWD/own/lib -lfftw3 -lm
EOF

mkdir project
cat >project/main.c <<'EOF'
#include <hdf5.h>
int cheev_(void);
int sgemm_(void);
int fftw_measure(void);
int main(void) { return sgemm_() + cheev_() + H5open() + fftw_measure() != 15; }
EOF
cat >project/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.25)
project(Libraries C)
find_package(BLAS)
find_package(LAPACK)
find_package(HDF5 COMPONENTS C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFTW IMPORTED_TARGET fftw3)
message(STATUS "found: ${BLAS_FOUND} ${LAPACK_FOUND} ${HDF5_FOUND} ${FFTW_FOUND}")
if(LAPACK_FOUND)
  add_executable(main main.c)
  target_link_libraries(main PRIVATE LAPACK::LAPACK BLAS::BLAS HDF5::HDF5 PkgConfig::FFTW)
  enable_testing()
  add_test(NAME main COMMAND main)
endif()
EOF

# configure FOLDER [OPTION…]: prints what was found
configure()
{
    folder=$1
    shift
    cmake -G Ninja -S project -B "$folder" -DCMAKE_TOOLCHAIN_FILE="$toolchain_file" "$@" >log 2>&1 ||
        fail "configure: $(cat log)"
    grep -o 'found:.*' log
}

# Without the paths nothing is there, whatever the host has in its own folders.
found=$(configure without)
case $found in
*TRUE* | *1*) fail "the host's libraries: $found" ;;
esac

PKG_CONFIG_PATH=$PWD/own/lib/pkgconfig
export PKG_CONFIG_PATH
[ "$(configure with -DCMAKE_PREFIX_PATH="$PWD/own")" = "found: TRUE TRUE TRUE 1" ] ||
    fail "the user's libraries: $(cat log)"
ninja -C with >log 2>&1 || fail "build: $(cat log)"
ctest --test-dir with --output-on-failure >log 2>&1 || fail "ctest: $(cat log)"

# The environment names the place as well.
CMAKE_PREFIX_PATH=$PWD/own
export CMAKE_PREFIX_PATH
[ "$(configure environment)" = "found: TRUE TRUE TRUE 1" ] || fail "by environment: $(cat log)"
echo "found where the user says, by option and by environment, and linked"
