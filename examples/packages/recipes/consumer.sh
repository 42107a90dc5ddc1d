# SPDX-License-Identifier: BSD-3-Clause
#
# A CMake project that uses BLAS, LAPACK, FFTW and HDF5: as CMake and pkg-config find them
#
# Built twice: with the BLAS that CMake's modules take by themselves where both are there (OpenBLAS),
# and with the reference BLAS, which BLA_VENDOR asks for.

# shellcheck disable=SC2034 # common.sh reads them
source_package=none
# shellcheck disable=SC2034
languages=fortran
# shellcheck disable=SC2034
depends="openblas lapack fftw3 hdf5 zlib"

configure()
{
    # An archive needs the threads that it was built with: CMake is told so.
    run_cmake_in openblas -DBLA_STATIC=ON
    run_cmake_in reference -DBLA_VENDOR=Generic
    grep -q 'libopenblas\.a' openblas/build.ninja
    grep -q 'libblas\.a' reference/build.ninja
}

# run_cmake_in FOLDER OPTION…
run_cmake_in()
{
    mkdir -p "$1"
    (
        cd "$1" || exit
        shift
        run_cmake "$@"
    )
}

compile()
{
    :
}

programs()
{
    for blas in openblas reference; do
        ninja -C $blas -j"$jobs"
    done
}

tests()
{
    for blas in openblas reference; do
        ctest_check $blas
    done
    for program in multiply multiply_fortran solve eigenvalues transform store; do
        same "output_of_$program" openblas/$program
    done
}
