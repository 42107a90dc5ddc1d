# SPDX-License-Identifier: BSD-3-Clause
#
# Kokkos 3.4 with OpenMP: its incremental, interoperation, graph and initialisation tests
#
# Trilinos's source package holds it. The programs of gtest say how each of their tests ended.
# Kokkos takes for granted, with Clang, that there is glibc's <execinfo.h>: kokkos/ has one for musl.

# shellcheck disable=SC2034 # common.sh reads them
source_package=trilinos
# shellcheck disable=SC2034
subfolder=packages/kokkos
# shellcheck disable=SC2034
languages=cxx

configure()
{
    [ "$system" = native ] || export CXXFLAGS="-I$here/recipes/kokkos"
    run_cmake -DKokkos_ENABLE_OPENMP=ON -DKokkos_ENABLE_TESTS=ON \
        -DCMAKE_CXX_FLAGS_RELEASE="-O1 -w"
}

compile()
{
    ninja -j"$jobs" kokkoscore kokkos_gtest
}

unit_tests="IncrementalTest_OPENMP UnitTest_OpenMPInterOp UnitTest_OpenMPGraph UnitTest_CTestDevice
    UnitTest_DefaultInit_1 UnitTest_DefaultInit_2 UnitTest_DefaultInit_3 UnitTest_DefaultInit_4
    UnitTest_DefaultInit_5 UnitTest_DefaultInit_6 UnitTest_DefaultInit_7 UnitTest_DefaultInit_8"

programs()
{
    # shellcheck disable=SC2046,SC2086 # names
    ninja -j"$jobs" $(printf 'KokkosCore_%s ' $unit_tests UnitTest_LogicalSpaces \
        UnitTest_PushFinalizeHook)
}

tests()
{
    for program in $unit_tests; do
        gtest "$program"
    done
    # Its death tests fork.
    gtest UnitTest_LogicalSpaces --gtest_filter=-*DeathTest*
    try UnitTest_PushFinalizeHook core/unit_test/KokkosCore_UnitTest_PushFinalizeHook
}

# gtest PROGRAM [ARGUMENT…]: each of its tests, and how the program ended
gtest()
{
    program=$1
    shift
    try "$program" "core/unit_test/KokkosCore_$program" "$@"
    sed -n "s/^\[ *OK *\] \([^ ]*\) .*/passed $program.\1/p
        s/^\[ *FAILED *\] \([^ ]*\) (.*/failed $program.\1/p
        s/^\[ *SKIPPED *\] \([^ ]*\) .*/skipped $program.\1/p" "$results/$program.log" \
        >>"$results/states"
}
