# SPDX-License-Identifier: BSD-3-Clause
#
# Eigen 3.4: matrices and linear algebra in C++ headers; a sample of 100 of its tests
#
# EIGEN_SEED chooses the sample, which has a folder of its own in the cache.

# shellcheck disable=SC2034 # common.sh reads them
source_package=eigen3
# shellcheck disable=SC2034
languages="cxx fortran"
# shellcheck disable=SC2034 # seconds for a step: some tests take a minute to compile
limit=14400
# shellcheck disable=SC2034
variant="seed ${EIGEN_SEED:=1}"

configure()
{
    # Fortran: for Eigen's own BLAS, which no test of the sample needs, but its configuration does.
    run_cmake -DCMAKE_CXX_FLAGS=-stdlib=libc++ -DCMAKE_CXX_FLAGS_RELEASE=-O1 \
        -DEIGEN_TEST_CXX11=ON -DEIGEN_TEST_NOQT=ON -DEIGEN_TEST_MAX_SIZE=100 \
        -DEIGEN_BUILD_DOC=OFF -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
    ctest -N -L Official | sed -n 's/^ *Test *#[0-9]*: //p' | python3 -c '
import random, sys
names = sorted(sys.stdin.read().split())
print(*random.Random(int(sys.argv[1])).sample(names, 100), sep="\n")' "$EIGEN_SEED" >sample
}

compile()
{
    cmake --install .
}

programs()
{
    # shellcheck disable=SC2046 # names
    ninja -j"$jobs" $(cat sample)
}

tests()
{
    # Eigen, too, takes its random numbers' seed from there.
    export EIGEN_REPEAT=1 EIGEN_SEED
    while read -r test; do
        try "$test" "test/$test" </dev/null
    done <sample
}
