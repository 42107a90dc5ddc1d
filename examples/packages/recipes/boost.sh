# SPDX-License-Identifier: BSD-3-Clause
#
# Boost 1.81: serialization, program_options, filesystem, their tests; a sample of the headers' tests
#
# Boost's tests are several thousand programs. The sample is of what numerical programs include, and
# of what compiles in seconds.

# shellcheck disable=SC2034 # common.sh reads them
source_package=boost1.81
# shellcheck disable=SC2034
languages=cxx
# shellcheck disable=SC2034
tools=bison

engine=tools/build/src/engine

# b2, Boost's own build system, writes into the top folder and its own, not into the libraries'.
configure()
{
    cp "$source/Jamroot" "$source"/*.jam .
    mkdir -p tools
    cp -r "$source/tools/build" "$source/tools/boost_install" tools
    ln -sfn "$source/libs" libs
    # Debian's archive leaves out what bison makes of the grammar of b2's language.
    (
        cd $engine || exit
        bison -d -o jamgram.cpp jamgram.y
        ./build.sh clang-19
    )
    flags=
    [ "$system" = hermit ] || flags="<cxxflags>-stdlib=libc++ <linkflags>-stdlib=libc++"
    echo "using clang : 19 : $CXX : <archiver>$AR <ranlib>$RANLIB $flags ;" \
        >project-config.jam
    b2 headers
}

b2()
{
    # For Linux b2 gives Clang a --target, which is not Hermit's.
    target=linux
    [ "$system" = native ] || target=unix
    $engine/b2 -j"$jobs" --user-config= --ignore-site-config toolset=clang-19 target-os=$target \
        variant=release link=static threading=multi "$@"
}

compile()
{
    b2 --prefix="$out" --with-serialization --with-program_options --with-filesystem install
}

# chosen: libraries, and the tests that are built of each
chosen()
{
    cat <<END
filesystem config_info_static convenience_test copy_test deprecated_test foreach_test fstream_test
filesystem large_file_support_test locale_info odr1_test operations_test_static path_test_static
filesystem path_unit_test_static quick relative_test 70-71-copy
program_options cmdline_test exception_test exception_txt_test options_description_test
program_options optional_test parsers_test positional_options_test quick required_test split_test
program_options unicode_test unrecognized_test variable_map_test winmain
serialization $(serialization_tests)
accumulators covariance kurtosis mean median
atomic atomicity ordering wait_api
circular_buffer base_test
fusion fold map vector_n zip
graph biconnected_components_test cuthill_mckee_ordering johnson-test max_flow_test
graph strong_components_test
iterator counting_iterator_test iterator_facade permutation_iterator_test
lexical_cast float_types_test inf_nan_test
lockfree queue_fixedsize_stress_test spsc_queue_stress_test
math erf_limits_test pow_test test_bernoulli_constants test_sign
multi_array access allocators assign compare constructors idxgen1 index_bases iterators range1
multi_array reshape resize reverse_view slice stl_interaction storage_order
multiprecision test_cpp_int_lit test_int_sqrt
numeric/interval add cmp det fmod mul overflow pi pow
numeric/odeint euler_stepper rosenbrock4 symplectic_steppers
numeric/ublas size test1 test_complex_norms test_lu test_triangular
random sobol_validate test_mt19937 test_normal_distribution
rational rational_test
smart_ptr shared_ptr_mt_test weak_ptr_test
END
}

# serialization_tests: most with one of the five kinds of archives, in turn; what _load reads, _save
# has written
serialization_tests()
{
    set -- text_archive binary_archive xml_archive text_warchive xml_warchive
    for test in $(sed -n '/_load/d; s/.*test-bsl-run_files \([^ ]*\).*/\1/p' \
        "$source/libs/serialization/test/Jamfile.v2"); do
        case $test in
        *_hashed | *_slist* | *_132) ;; # want what libc++ has not: hash_map, slist, auto_ptr
        *) printf '%s ' "${test}_$1" ;;
        esac
        set -- "$2" "$3" "$4" "$5" "$1"
    done
    printf '%s ' test_class_info_load_xml_warchive test_polymorphic_polymorphic_text_archive \
        test_polymorphic2_polymorphic_binary_archive test_no_rtti_polymorphic_xml_archive \
        test_exported_polymorphic_text_warchive test_p_helper_polymorphic_xml_warchive \
        test_private_ctor test_reset_object_address test_void_cast test_mult_archive_types \
        test_iterators test_iterators_base64 test_smart_cast test_codecvt_null test_singleton
}

programs()
{
    # -UNDEBUG, after b2's own -DNDEBUG: some tests assert. Some use what C++17 has removed.
    removed=-D_LIBCPP_ENABLE_CXX17_REMOVED_UNARY_BINARY_FUNCTION
    # shellcheck disable=SC2046 # names
    b2 testing.execute=off cxxflags="-O1 -w -Xclang -UNDEBUG $removed" \
        $(chosen | while read -r library names; do
            # shellcheck disable=SC2086 # names
            printf "libs/$library/test//%s\n" $names
        done)
}

tests()
{
    mkdir "$results/files"
    chosen | while read -r library names; do
        for name in $names; do
            try "$(echo "$library" | tr / .).$name" run_test "$library" "$name" </dev/null
        done
    done
}

# run_test LIBRARY NAME: those of files in a folder that is shared with Hermit
run_test()
{
    program=$(find "bin.v2/libs/$1/test/$2.test" -type f -name "$2")
    case $1.$2 in
    program_options.parsers_test) run_in "$source/libs/$1/test" "$program" config_test.cfg ;;
    program_options.required_test) run_in "$source/libs/$1/test" "$program" required_test.cfg ;;
    program_options.quick) "$program" --path=initial ;;
    filesystem.* | serialization.*) run_sharing "$results/files" "$program" ;;
    *) "$program" ;;
    esac
}
