# SPDX-License-Identifier: BSD-3-Clause
#
# OpenBLAS 0.3: BLAS in all four precisions with OpenMP; its CBLAS tests, unit tests, dgemm rate
#
# Debian's archive holds no LAPACK (there is a package of its own). One processor type: Nehalem's
# instructions (SSE4.2) are what every machine and every emulator has.

openblas_make()
{
    # F_COMPILER: complex functions return their values as gfortran's and flang 19's do, while this
    # release takes any flang for the older one. CFLAGS: Clang 19 takes for errors what files do.
    make -j"$jobs" CC="$CC" HOSTCC=clang-19 AR="$AR" RANLIB="$RANLIB" CROSS=1 NOFORTRAN=1 \
        F_COMPILER=GFORTRAN NO_EXPRECISION=1 \
        TARGET=NEHALEM BINARY=64 NO_LAPACK=1 NO_LAPACKE=1 NO_SHARED=1 NO_AFFINITY=1 \
        USE_OPENMP=1 NUM_THREADS=64 SMALL_MATRIX_OPT=0 PREFIX="$out" \
        CFLAGS="-Wno-implicit-function-declaration -Wno-implicit-int" "$@"
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
    for precision in s d c z; do
        openblas_make -C ctest x${precision}cblat1 x${precision}cblat2 x${precision}cblat3
    done
    openblas_make -C utest openblas_utest
    openblas_make -C benchmark dgemm.goto
}

tests()
{
    # A run of ci/test has one real and one complex precision: these take a minute.
    precisions=
    ! drawn 0 2 || precisions="s z"
    ! drawn 1 2 || precisions="$precisions d c"
    for precision in $precisions; do
        for level in 1 2 3; do
            same "${precision}blas_level$level" blas_tests $precision $level
        done
    done
    # Another suite, `fork`, wants a second process.
    for suite in amax axpy dnrm2 drotmg dsdot ismax ismin max min rot swap zdotu; do
        same "utest_$suite" unit_tests $suite
    done
    try dgemm_rate benchmark/dgemm.goto 100 300 100
}

# blas_tests PRECISION LEVEL: the programs print FAIL or SUSPECT where a routine is wrong, and end
# well all the same; those of level 1 read nothing
blas_tests()
{
    cases=ctest/${1}in$2
    [ -f "$cases" ] || cases=/dev/null
    "ctest/x${1}cblat$2" <"$cases" >"$results/blas" || return
    cat "$results/blas"
    ! grep -qi 'fail\|suspect' "$results/blas"
}

# unit_tests SUITE: its tests without their times; there must be one
unit_tests()
{
    utest/openblas_utest "$1" >"$results/utest" || return
    grep '^TEST' "$results/utest"
}
