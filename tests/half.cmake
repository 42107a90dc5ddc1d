# SPDX-License-Identifier: BSD-3-Clause
#
# ci/test gives half of the POSIX programs and of the system's tests to the debug kernel and the
# other half to the chaos kernel, which the release kernel all runs. A seed draws the halves, so
# that the next run tries another way:
#
#     cmake --preset debug -DHERMIT_HALF=first -DHERMIT_SAMPLE_SEED=N    the same choice again
#     cmake --preset debug -DHERMIT_HALF=all                             everything
#
# Where a test has several ways, a half tries the one that the seed draws.
#
# The environment's HERMIT_HALF and HERMIT_SAMPLE_SEED go before what an earlier configuration chose.

set(HERMIT_HALF all CACHE STRING "POSIX programs and tests of the system: all, or the first or second half")
set_property(CACHE HERMIT_HALF PROPERTY STRINGS all first second)
set(HERMIT_SAMPLE_SEED 0 CACHE STRING "what draws the halves")
foreach(name HERMIT_HALF HERMIT_SAMPLE_SEED)
    if(DEFINED ENV{${name}})
        set_property(CACHE ${name} PROPERTY VALUE $ENV{${name}})
    endif()
endforeach()
if(NOT HERMIT_HALF STREQUAL all)
    message(STATUS "HERMIT_HALF=${HERMIT_HALF} HERMIT_SAMPLE_SEED=${HERMIT_SAMPLE_SEED}")
endif()

# in_half(RESULT TEST): whether the test is one of those that are chosen.
function(in_half result test)
    string(SHA256 digest "${HERMIT_SAMPLE_SEED} ${test}")
    string(SUBSTRING ${digest} 0 1 digit)
    set(half first)
    if(digit MATCHES "[89a-f]")
        set(half second)
    endif()
    set(chosen FALSE)
    if(HERMIT_HALF STREQUAL all OR HERMIT_HALF STREQUAL half)
        set(chosen TRUE)
    endif()
    set(${result} ${chosen} PARENT_SCOPE)
endfunction()

# drawn(RESULT TEST WAY…): those of the ways of a test that are tried.
function(drawn result test)
    set(ways ${ARGN})
    list(LENGTH ways length)
    if(NOT HERMIT_HALF STREQUAL all AND length GREATER 1)
        string(SHA256 digest "${HERMIT_SAMPLE_SEED} way ${test}")
        string(SUBSTRING ${digest} 0 6 digits)
        math(EXPR way "0x${digits} % ${length}")
        list(GET ways ${way} ways)
    endif()
    set(${result} ${ways} PARENT_SCOPE)
endfunction()
