# SPDX-License-Identifier: BSD-3-Clause
#
# OpenBLAS 0.3: BLAS in double precision with OpenMP; its CBLAS tests, unit tests, dgemm rate
#
# Debian's archive holds no LAPACK (there is a package of its own). One precision and one processor
# type, so that it is built in a minute or two: Nehalem's instructions (SSE4.2) are what every
# machine and every emulator has.

openblas_make()
{
    # The last: Clang 19 takes for an error what this release does in some files.
    make -j"$jobs" CC="$CC" HOSTCC=clang-19 AR="$AR" RANLIB="$RANLIB" CROSS=1 NOFORTRAN=1 \
        TARGET=NEHALEM BINARY=64 BUILD_DOUBLE=1 NO_LAPACK=1 NO_LAPACKE=1 NO_SHARED=1 NO_AFFINITY=1 \
        USE_OPENMP=1 NUM_THREADS=64 SMALL_MATRIX_OPT=0 PREFIX="$out" \
        CFLAGS=-Wno-implicit-function-declaration "$@"
}

configure()
{
    copy_source
}

compile()
{
    openblas_make libs
    openblas_make install
}

programs()
{
    openblas_make -C ctest xdcblat1 xdcblat2 xdcblat3
    openblas_make -C utest openblas_utest
    openblas_make -C benchmark dgemm.goto
}

tests()
{
    for level in 1 2 3; do
        same "blas_level$level" blas_tests $level
    done
    # Another suite, `fork`, wants a second process.
    for suite in amax axpy dnrm2 drotmg max min rot swap; do
        same "utest_$suite" unit_tests $suite
    done
    try dgemm_rate benchmark/dgemm.goto 100 300 100
}

# blas_tests LEVEL: the programs print FAIL or SUSPECT where a routine is wrong, and end well all
# the same; that of level 1 reads nothing
blas_tests()
{
    cases=ctest/din$1
    [ -f "$cases" ] || cases=/dev/null
    "ctest/xdcblat$1" <"$cases" >"$results/blas" || return
    cat "$results/blas"
    ! grep -qi 'fail\|suspect' "$results/blas"
}

# unit_tests SUITE: its tests without their times; there must be one
unit_tests()
{
    utest/openblas_utest "$1" >"$results/utest" || return
    grep '^TEST' "$results/utest"
}
