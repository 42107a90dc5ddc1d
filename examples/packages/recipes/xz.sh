# SPDX-License-Identifier: BSD-3-Clause
#
# XZ Utils 5.4: its test programs and test files, round trips with threads, the same bytes

# shellcheck disable=SC2034 # common.sh reads it
source_package=xz-utils

configure()
{
    run_configure --disable-nls --disable-doc --disable-scripts --disable-xzdec --disable-lzmadec \
        --disable-lzmainfo --disable-lzma-links
}

compile()
{
    make -C src/liblzma -j"$jobs"
    make -C src/liblzma install
}

unit_tests="test_bcj_exact_size test_block_header test_check test_filter_flags test_hardware
    test_index test_index_hash test_lzip_decoder test_memlimit test_stream_flags test_vli"

programs()
{
    make -C src/xz -j"$jobs"
    # shellcheck disable=SC2086 # a list
    make -C tests -j"$jobs" $unit_tests create_compress_files
}

tests()
{
    # Where the programs look for the package's files.
    export srcdir=.
    for test in $unit_tests; do
        try "$test" run_in "$source/tests" "tests/$test"
    done
    same good_files good_files
    same bad_files bad_files
    same unsupported_files unsupported_files
    tar cf "$results/input" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        --format=ustar -C "$source" src
    same one_thread round_trip "$results/input" -3 -T1
    same four_threads round_trip "$results/input" -3 -T4 --block-size=512KiB
    same extreme round_trip "$results/input" -1e -T1 --check=sha256
    same lzma_alone round_trip "$results/input" --format=lzma -1
    for filter in x86 powerpc ia64 arm armthumb arm64 sparc delta=dist=4; do
        same "filter_${filter%%=*}" round_trip "$source/tests/compress_prepared_bcj_x86" \
            --$filter --lzma2=preset=1 -T2
    done
    # It writes files; those of this machine do for both.
    (cd "$results" && "$folder/../native/build/tests/create_compress_files")
    for kind in abc random text; do
        same "generated_$kind" round_trip "$results/compress_generated_$kind" -4 -T4
    done
}

# bad_files: each is refused, with its own line
bad_files()
{
    # shellcheck disable=SC2046 # the package's names
    ! run_in "$source/tests/files" src/xz/xz -t $(cd "$source/tests/files" && ls bad-*) 2>&1
}

good_files()
{
    # shellcheck disable=SC2046
    run_in "$source/tests/files" src/xz/xz -dc $(cd "$source/tests/files" && ls good-*.xz good-*.lz)
}

unsupported_files()
{
    # shellcheck disable=SC2046
    ! run_in "$source/tests/files" src/xz/xz -t $(cd "$source/tests/files" && ls unsupported-*) 2>&1
}

# round_trip FILE OPTION…: there and back; prints a hash of what lies between
round_trip()
{
    file=$1
    shift
    src/xz/xz "$@" -c <"$file" >"$results/packed" || return
    src/xz/xz -d -T4 -c <"$results/packed" | cmp - "$file" || return
    sha256sum <"$results/packed"
}
