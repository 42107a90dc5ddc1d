# SPDX-License-Identifier: BSD-3-Clause
#
# Programs in C++ and Fortran cost more to compile than to run. Natively each is built once; for
# Hermit in one of several variants of optimisation, which a seed chooses for each program, so that
# every fresh configuration tries others. A failing test names its variant and the seed:
#
#     cmake --preset release -DHERMIT_VARIANT_SEED=N      the same choice again
#     cmake --preset release -DHERMIT_VARIANTS=all        all variants of all programs
#     cmake --preset release -DHERMIT_VARIANTS=sample     one variant of a third of the programs
#
# ci/test takes the sample. The environment's HERMIT_VARIANT_SEED and HERMIT_VARIANTS go before what
# an earlier configuration chose.

set(HERMIT_VARIANTS one CACHE STRING "variants of each C++ and Fortran program: one, all or sample")
set_property(CACHE HERMIT_VARIANTS PROPERTY STRINGS one all sample)
if(DEFINED ENV{HERMIT_VARIANTS})
    set_property(CACHE HERMIT_VARIANTS PROPERTY VALUE $ENV{HERMIT_VARIANTS})
endif()
string(RANDOM LENGTH 8 ALPHABET 0123456789 seed)
set(HERMIT_VARIANT_SEED ${seed} CACHE STRING "what chooses the variant of each program")
if(DEFINED ENV{HERMIT_VARIANT_SEED})
    set_property(CACHE HERMIT_VARIANT_SEED PROPERTY VALUE $ENV{HERMIT_VARIANT_SEED})
endif()
message(STATUS "HERMIT_VARIANT_SEED=${HERMIT_VARIANT_SEED} HERMIT_VARIANTS=${HERMIT_VARIANTS}")

# Which options a variant's name stands for; a name is a part of file names.
set(VARIANTS O2 O2-lto O0 O3-v3)
set(VARIANT_O2 -O2)
set(VARIANT_O2-lto -O2 -flto)
set(VARIANT_O0 -O0)
set(VARIANT_O3-v3 -O3 -march=x86-64-v3)

# choose_variants(RESULT PROGRAM): which of the variants the program is built in; none if it is not
# in the sample.
function(choose_variants result program)
    if(HERMIT_VARIANTS STREQUAL all)
        set(${result} ${VARIANTS} PARENT_SCOPE)
        return()
    endif()
    string(SHA256 digest "${HERMIT_VARIANT_SEED} ${program}")
    string(SUBSTRING ${digest} 8 8 draw)
    math(EXPR draw "0x${draw} % 3")
    if(HERMIT_VARIANTS STREQUAL sample AND NOT draw EQUAL 0)
        set(${result} "" PARENT_SCOPE)
        return()
    endif()
    string(SUBSTRING ${digest} 0 8 digest)
    list(LENGTH VARIANTS count)
    math(EXPR index "0x${digest} % ${count}")
    list(GET VARIANTS ${index} chosen)
    set(${result} ${chosen} PARENT_SCOPE)
endfunction()

# first_line_options(RESULT FILE): the options of its own that a file names in its first line as
# /* build: … */, for Fortran as ! build: …
function(first_line_options result file)
    file(STRINGS ${file} line LIMIT_COUNT 1 REGEX "^(/\\*|!) build: ")
    string(REGEX REPLACE "^(/\\*|!) build: ([^*]*[^* ])( \\*/.*)?$" "\\2" line "${line}")
    separate_arguments(line)
    set(${result} ${line} PARENT_SCOPE)
endfunction()

# program_image(IMAGE LANGUAGE SOURCES C-COMPILER COMPILER COMPILE-DEPENDS LINK-DEPENDS OPTION…): all
# objects of a program, by <language>_object(OBJECT SOURCE C-COMPILER COMPILER DEPENDS OPTION…), and
# the program. The kernel changes more often than the sources do: only the link waits for it.
function(program_image image language sources cc compiler compile_depends link_depends)
    set(objects)
    foreach(source ${sources})
        get_filename_component(file ${source} NAME)
        set(object ${image}.${file}.o)
        cmake_language(CALL ${language}_object ${object} ${source} "${cc}" "${compiler}"
                       "${compile_depends}" ${ARGN})
        list(APPEND objects ${object})
    endforeach()
    list(GET sources 0 first)
    first_line_options(own ${first})
    get_filename_component(file ${image} NAME)
    add_custom_command(
        OUTPUT ${image}
        COMMAND ${compiler} ${ARGN} ${own} ${objects} -o ${image}
        DEPENDS ${objects} ${link_depends}
        COMMENT "${language} ${file}" VERBATIM)
endfunction()

# variant_tests(NAME SOURCE PROGRAM LABEL VARIANT…): the test NAME, for all variants NAME@VARIANT,
# that compares PROGRAM.linux with PROGRAM.<variant>.hermit as SOURCE's test: comment says.
function(variant_tests name source program label)
    foreach(variant ${ARGN})
        set(test ${name})
        if(HERMIT_VARIANTS STREQUAL all)
            set(test ${name}@${variant})
        endif()
        string(REPLACE ";" " " options "${VARIANT_${variant}}")
        add_test(NAME ${test}
                 COMMAND ${TESTS_RUN} --source ${source} --linux ${program}.linux
                         --image ${program}.${variant}.hermit --hermit ${HERMIT_RUN}
                         "--variant=${options}; HERMIT_VARIANT_SEED=${HERMIT_VARIANT_SEED}")
        set_tests_properties(${test} PROPERTIES LABELS "${label}" TIMEOUT 1800)
    endforeach()
endfunction()
