# SPDX-License-Identifier: BSD-3-Clause
#
# HDF5 1.10, serial: C, C++ and Fortran, their tests and examples
#
# configure and the build run what they compile, to find out the kinds of Fortran's types and to
# write sources: the toolchain links those for Linux (host shim). Clang 19 takes for an error that
# H5HL.c leaves out the type of a function.

# shellcheck disable=SC2034 # common.sh reads them
languages="cxx fortran"
# shellcheck disable=SC2034
depends=zlib

configure()
{
    export HERMIT_LINK=host-shim
    "$source/configure" --prefix="$out" --disable-shared --enable-cxx --enable-fortran \
        --disable-tools --with-zlib="$(of zlib)" --enable-silent-rules \
        --disable-dependency-tracking CFLAGS="-O2 -w -Wno-implicit-int" CXXFLAGS="-O2 -w" \
        FCFLAGS=-O1
}

compile()
{
    export HERMIT_LINK=host-shim
    for part in src hl/src c++/src hl/c++/src fortran/src hl/fortran/src; do
        make -C $part -j"$jobs"
        make -C $part install
    done
}

c_tests="app_ref bittests btree2 cache cache_api cache_logging cache_tagging chunk_info
    cmpd_dset cmpd_dtransform cork cross_read dangle direct_chunk dtypes efc enc_dec_plist
    enc_dec_plist_cross_platform enum evict_on_close extend external farray file_image fillval
    filter_fail freespace getname gheap hyperslab lheap links mf mount mtime ntypes ohdr
    page_buffer pool reserved stab timer unlink unregister vds version_bounds_1_10 vfd"
hl_tests="test_lite test_image test_file_image test_table test_ds test_packet test_ld
    test_dset_append test_h5do_compat"
# In this order: some read what the one before has written.
fortran_examples="h5_crtdat h5_rdwt h5_crtatt h5_crtgrp h5_crtgrpar h5_crtgrpd h5_extend h5_subset
    h5_cmprss hyperslab selectele refobjexample refregexample mountexample compound
    rwdset_fortran2003 nested_derived_type compound_fortran2003 compound_complex_fortran2003"

programs()
{
    # Quickly compiled: what is tested is the library.
    # shellcheck disable=SC2086 # lists
    make -C test -j"$jobs" CFLAGS="-O0 -w" testhdf5 flush1 flush2 error_test err_compat \
        tcheck_version $c_tests
    # shellcheck disable=SC2086
    make -C hl/test -j"$jobs" CFLAGS="-O0 -w" $hl_tests
    make -C c++/test -j"$jobs" CXXFLAGS="-O0 -w" testhdf5
    for example in $fortran_examples; do
        "$out/bin/h5fc" -o "fortran/examples/$example" "$source/fortran/examples/$example.f90"
    done
}

tests()
{
    # Where the programs look for the package's files, and the quickest of four kinds of runs.
    export srcdir=. HDF5TestExpress=3
    for test in $c_tests; do
        same "$test" verdicts "$source/test" "test/$test"
    done
    for test in $hl_tests; do
        same "hl_$test" verdicts "$source/hl/test" "hl/test/$test"
    done
    # What makes, grows, reopens and removes files, in a folder of the host.
    for via in 9p virtiofs; do
        for test in efc extend external file_image getname mf mount mtime ntypes ohdr stab unlink \
            vds vfd; do
            same "${via}_$test" verdicts_on_share "$source/test" "test/$test"
        done
    done
    unset via
    # Selections take minutes under an emulator.
    same testhdf5 verdicts "$source/test" test/testhdf5 -exclude select
    same cxx_testhdf5 verdicts "$source/c++/test" c++/test/testhdf5
    for test in error_test err_compat; do
        try "$test" run_in_copy "$source/test" "test/$test"
    done
    try check_version make -C test testcheck_version.sh.chkexe_ TEST_SCRIPT=testcheck_version.sh
    mkdir "$results/shared"
    for test in flush1 flush2; do
        try "$test" run_sharing "$results/shared" "test/$test"
    done
    for example in $fortran_examples; do
        same "fortran_$example" run_sharing "$results/shared" "fortran/examples/$example"
    done
}

# verdicts_on_share FOLDER PROGRAM: as verdicts, with a copy of FOLDER that is shared by $via
verdicts_on_share()
{
    rm -rf "$results/files"
    cp -r "$1" "$results/files"
    run_sharing "$results/files" "$2" >"$results/output" || return
    said
}

# verdicts FOLDER PROGRAM [ARGUMENT…]: what the program says of each of its tests, if it says so
verdicts()
{
    run_in_copy "$@" >"$results/output" || return
    said
}

said()
{
    grep 'PASSED\|FAILED\|SKIP\|^Testing' "$results/output" || true
}
