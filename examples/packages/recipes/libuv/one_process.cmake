# SPDX-License-Identifier: BSD-3-Clause
#
# Adds one_process.c to libuv's own project, which includes this file by the variable
# CMAKE_PROJECT_libuv_INCLUDE.
set(ONE_PROCESS_SOURCE "${CMAKE_CURRENT_LIST_DIR}/one_process.c")
cmake_language(DEFER CALL target_sources uv_run_tests_a PRIVATE "${ONE_PROCESS_SOURCE}")
cmake_language(DEFER CALL target_link_options uv_run_tests_a PRIVATE
    -Wl,--wrap=uv_default_loop,--wrap=notify_parent_process,--wrap=run_test_part,--wrap=abort)
cmake_language(DEFER CALL target_include_directories uv_run_tests_a PRIVATE test)
