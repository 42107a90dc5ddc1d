# SPDX-License-Identifier: BSD-3-Clause
#
# netCDF-C 4.9 on HDF5: its tests of both file formats and of how it uses HDF5; ncgen, ncdump
#
# Data of other machines (DAP, S3, byte ranges) and plug-ins are left out: they want libcurl, networks
# and shared libraries.

# shellcheck disable=SC2034 # common.sh reads them
depends="zlib hdf5"
# shellcheck disable=SC2034,SC2209
tools=m4

configure()
{
    run_configure --disable-dap --disable-nczarr --disable-byterange --disable-libxml2 \
        --disable-plugins --disable-filter-testing --disable-dependency-tracking \
        --enable-silent-rules CFLAGS="-O1 -w" CPPFLAGS="-I$(of hdf5)/include -I$(of zlib)/include" \
        LDFLAGS="-L$(of hdf5)/lib -L$(of zlib)/lib"
}

compile()
{
    # hdf5debug.c includes a header that musl lacks, and uses nothing of it: an empty one will do.
    if [ "$system" = hermit ]; then
        mkdir -p unused
        : >unused/execinfo.h
    fi
    for part in include libdispatch libsrc libsrc4 libhdf5 liblib; do
        make -C $part -j"$jobs" CFLAGS="-O1 -w -I$folder/build/unused"
    done
}

classic_tests="nc_test t_nc tst_atts3 tst_def_var_fill tst_default_format tst_diskless6
    tst_err_enddef tst_formats tst_global_fillval tst_inq_type tst_max_var_dims tst_meta
    tst_names tst_nofill tst_nofill2 tst_nofill3 tst_small tst_utf8_phrases tst_utf8_validate"
netcdf4_tests="cdm_sea_soundings t_type tst_atts tst_atts1 tst_atts2 tst_atts3
    tst_atts_string_rewrite tst_bug1442 tst_bug324 tst_camrun tst_chunks tst_chunks2
    tst_compounds tst_compounds2 tst_compounds3 tst_converts tst_converts2 tst_coords
    tst_coords2 tst_coords3 tst_dims tst_dims2 tst_dims3 tst_elatefill tst_endian_fill tst_enums
    tst_files tst_files5 tst_files6 tst_fill_attr_vanish tst_fillbug tst_fills tst_fills2
    tst_filterparser tst_grps tst_grps2 tst_h5_endians tst_h_refs tst_h_scalar tst_h_strbug
    tst_hdf5_file_compat tst_interops tst_interops4 tst_interops5 tst_interops6
    tst_interops_dims tst_opaques tst_put_vars tst_put_vars_two_unlim_dim tst_quantize
    tst_rehash tst_rename tst_rename2 tst_rename3 tst_strings tst_strings2 tst_sync tst_types
    tst_udf tst_unlim_vars tst_utf8 tst_varms tst_vars tst_vars2 tst_vars3 tst_vars4 tst_vl
    tst_xplatform tst_xplatform2"
hdf5_tests="tst_h_atts tst_h_atts3 tst_h_atts4 tst_h_compounds tst_h_compounds2 tst_h_dimscales
    tst_h_dimscales1 tst_h_dimscales2 tst_h_dimscales3 tst_h_dimscales4 tst_h_enums tst_h_files
    tst_h_files2 tst_h_files4 tst_h_grps tst_h_ints tst_h_opaques tst_h_rename tst_h_strings
    tst_h_strings1 tst_h_strings2 tst_h_vars tst_h_vars2 tst_h_vars3 tst_h_vl tst_h_wrt_cmp"

programs()
{
    # shellcheck disable=SC2086 # lists
    {
        make -C nc_test -j"$jobs" CFLAGS="-O0 -w" $classic_tests
        make -C nc_test4 -j"$jobs" CFLAGS="-O0 -w" $netcdf4_tests
        make -C h5_test -j"$jobs" CFLAGS="-O0 -w" $hdf5_tests
    }
    make -C ncdump -j"$jobs" CFLAGS="-O1 -w" ncdump
    make -C ncgen -j"$jobs" CFLAGS="-O1 -w" ncgen
}

tests()
{
    # srcdir: where the programs look for the package's files; some are among ncdump's, and one
    # program looks in its working folder alone.
    for part in nc_test nc_test4 h5_test ncdump; do
        mkdir -p "$results/tree/$part"
        find "$source/$part" \( -name '*.nc' -o -name '*.h5' \) -exec cp -t "$results/tree/$part" {} +
    done
    cp "$source"/nc_test4/ref_hdf5_compat*.nc "$results/tree"
    own_tests classic nc_test "$classic_tests"
    own_tests netcdf4 nc_test4 "$netcdf4_tests"
    own_tests hdf5 h5_test "$hdf5_tests"
    # What makes, reopens and removes files, in a folder of the host.
    for via in 9p virtiofs; do
        for test in nc_test/tst_small nc_test/tst_nofill nc_test4/tst_files nc_test4/tst_files5 \
            nc_test4/tst_unlim_vars nc_test4/tst_sync nc_test4/tst_rename nc_test4/tst_vars2 \
            h5_test/tst_h_files h5_test/tst_h_files2; do
            export srcdir="${test%/*}"
            same "${via}_${test#*/}" own_test_on_share "$test"
        done
    done
    unset via
    mkdir "$results/shared"
    cp "$source"/ncdump/*.cdl "$results/shared"
    for example in ref_ctest1_nc4 ref_tst_comp ref_tst_group_data ref_tst_nans ref_tst_opaque_data \
        ref_tst_unicode ref_tst_vlen_data ref_tst_enum_data ref_tst_string_data; do
        same "utilities_$example" there_and_back "$example"
    done
}

# own_tests NAME FOLDER PROGRAMS
own_tests()
{
    for test in $3; do
        export srcdir="$2"
        same "$1_$test" own_test "$2/$test"
    done
}

# own_test PROGRAM: without how much memory there was and when it was compiled
own_test()
{
    run_in_copy "$results/tree" "$1" >"$results/output" || return
    said
}

# own_test_on_share PROGRAM: the same in a folder that is shared by $via
own_test_on_share()
{
    rm -rf "$results/files"
    cp -r "$results/tree" "$results/files"
    run_sharing "$results/files" "$1" >"$results/output" || return
    said
}

said()
{
    sed '/memory [0-9]* MB/d; s/ of [A-Z][a-z]* [ 0-9]* [0-9:]* \$/ /' "$results/output"
}

# there_and_back EXAMPLE: a netCDF-4 file made of text, and the text that it gives
there_and_back()
{
    run_sharing "$results/shared" ncgen/ncgen -k nc4 -o "$1.nc" "$1.cdl" || return
    run_sharing "$results/shared" ncdump/ncdump "$1.nc"
}
