/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the OpenMP test program: one function for each construct, each
 * true if the construct gave the right result with a team of `threads`. They
 * keep no state between calls but what they set back themselves.
 */
#ifndef TESTS_OPENMP_CONSTRUCTS_H
#define TESTS_OPENMP_CONSTRUCTS_H

#include <stdbool.h>

bool test_parallel(int threads);
bool test_for_static(int threads);
bool test_for_dynamic(int threads);
bool test_for_guided(int threads);
bool test_for_ordered(int threads);
bool test_for_collapse(int threads);
bool test_reduction(int threads);
bool test_sections(int threads);
bool test_single_and_masked(int threads);

bool test_critical(int threads);
bool test_atomic(int threads);
bool test_barrier(int threads);
bool test_locks(int threads);
bool test_nested_locks(int threads);
bool test_flush(int threads);

bool test_tasks(int threads);
bool test_task_dependences(int threads);
bool test_task_loops(int threads);
bool test_task_groups(int threads);

bool test_nested(int threads);
bool test_threadprivate(int threads);
bool test_data_sharing(int threads);
bool test_cancellation(int threads);

#endif
