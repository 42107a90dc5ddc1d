# SPDX-License-Identifier: BSD-3-Clause
#
# find_package(Hermit), with Hermit's toolchain file or without:
#   HERMIT_PREFIX     where Hermit is installed
#   HERMIT_LAUNCHER   the command `hermit`
#   hermit_add_run(target [CPUS n] [MEMORY size] [ROOT folder] [ARGS …])
#                     adds a target run-<target> that boots the image built by <target>
get_filename_component(HERMIT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(HERMIT_LAUNCHER "${HERMIT_PREFIX}/bin/hermit")

function(hermit_add_run target)
  cmake_parse_arguments(RUN "" "CPUS;MEMORY;ROOT" "ARGS" ${ARGN})
  set(options)
  if(DEFINED RUN_CPUS)
    list(APPEND options --cpus ${RUN_CPUS})
  endif()
  if(DEFINED RUN_MEMORY)
    list(APPEND options --mem ${RUN_MEMORY})
  endif()
  if(DEFINED RUN_ROOT)
    list(APPEND options --root ${RUN_ROOT})
  endif()
  add_custom_target(run-${target}
    COMMAND ${HERMIT_LAUNCHER} run ${options} $<TARGET_FILE:${target}> ${RUN_ARGS}
    DEPENDS ${target} USES_TERMINAL VERBATIM)
endfunction()
