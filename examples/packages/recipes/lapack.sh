# SPDX-License-Identifier: BSD-3-Clause
#
# LAPACK 3.11: reference BLAS, CBLAS and LAPACK in Fortran, in all four precisions, and tests
#
# The libraries of BLAS are tested in all four precisions, LAPACK's in double precision: its test
# programs are as large as the library.

# shellcheck disable=SC2034 # common.sh reads it
languages=fortran

configure()
{
    run_cmake -DBUILD_TESTING=ON -DCBLAS=ON
}

compile()
{
    ninja -j"$jobs" blas cblas tmglib lapack
    cmake --install .
}

programs()
{
    for precision in s d c z; do
        ninja -j"$jobs" xblat1$precision xblat2$precision xblat3$precision \
            x${precision}cblat1 x${precision}cblat2 x${precision}cblat3
    done
    ninja -j"$jobs" xlintstd xlintstrfd xeigtstd
}

tests()
{
    for precision in s d c z; do
        same "blas1_$precision" reports "xblat1$precision" /dev/null
        same "cblas1_$precision" cblas_tests "x${precision}cblat1" /dev/null
        for level in 2 3; do
            # Its summary goes to a file, which would be lost.
            sed "1s|'[^']*'|'/dev/stdout'|" "$source/BLAS/TESTING/${precision}blat$level.in" \
                >"$results/cases"
            same "blas${level}_$precision" reports "xblat$level$precision" "$results/cases"
            same "cblas${level}_$precision" cblas_tests "x${precision}cblat$level" \
                "$source/CBLAS/testing/${precision}in$level"
        done
    done
    same linear lapack_tests xlintstd dtest
    same linear_rfp lapack_tests xlintstrfd dtest_rfp
    # Without dec: half a million tests, which take an emulator ten minutes.
    for cases in nep sep se2 svd ded dgg dgd dsb dsg dbal dbak dgbal dgbak dbb glm gqr gsv csd lse; do
        same "eigen_$cases" lapack_tests xeigtstd $cases
    done
}

# cblas_tests PROGRAM INPUT: its report, sorted, for C and Fortran have a buffer each for their lines
cblas_tests()
{
    status=0
    reports "$1" "$2" >"$results/tests" || status=1
    sort "$results/tests"
    return $status
}

# input CASES: the package's parameters; of the largest matrices what takes seconds, not minutes
input()
{
    case $1 in
    dtest) sed '2s/7/6/; 4s/7/6/; 3s/ 50//; 5s/ 50//' ;;
    svd) sed '2s/19/11/; 3,4s/^\(\([0-9]* *\)\{11\}\)[0-9 ]*/\1/' ;;
    *) cat ;;
    esac <"$source/TESTING/$1.in"
}

# lapack_tests PROGRAM CASES: prints which tests were passed, by how many runs, without the times
lapack_tests()
{
    input "$2" >"$results/input"
    status=0
    reports "$1" "$results/input" >"$results/tests" || status=1
    grep -i 'tests\|test error\|pass\|fail\|illegal\|info' "$results/tests"
    return $status
}

# reports PROGRAM INPUT: prints what the program found, which ends well whatever that is. The tests
# of balancing pass nothing, but give errors and counts, of which those of failures must be 0.
reports()
{
    "bin/$1" <"$2" >"$results/report" || return
    cat "$results/report"
    ! grep -q ' failed\|FAIL\|SUSPECT\|FATAL\|[Ii]llegal\| INFO\|info.*[1-9]$' "$results/report" &&
        grep -qi 'pass\|examples tested' "$results/report"
}
