/* SPDX-License-Identifier: BSD-3-Clause */
/* test: env="OMP_NUM_THREADS=3 OMP_TOOL=enabled" */
/*
 * A tool that is linked with the program (OpenMP 5.1, 19.2): libomp starts it, calls it for
 * threads, regions, implicit and explicit tasks, tells it a thread's state, and finishes it at the
 * end.
 */
#include <omp-tools.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int regions, ended_regions, members, ended_members, tasks, initial_threads;
static ompt_get_parallel_info_t parallel_info;
static ompt_get_state_t thread_state;

static void on_thread_begin(ompt_thread_t kind, ompt_data_t *data)
{
    data->value = 1;
    atomic_fetch_add(&initial_threads, kind == ompt_thread_initial);
}

static void on_parallel_begin(ompt_data_t *task, const ompt_frame_t *frame, ompt_data_t *region,
                              unsigned requested, int flags, const void *caller)
{
    (void)task, (void)frame, (void)flags;
    region->value = requested;
    atomic_fetch_add(&regions, caller != NULL);
}

static void on_parallel_end(ompt_data_t *region, ompt_data_t *task, int flags, const void *caller)
{
    (void)task, (void)flags, (void)caller;
    atomic_fetch_add(&ended_regions, region->value == 3);
}

static void on_implicit_task(ompt_scope_endpoint_t endpoint, ompt_data_t *region, ompt_data_t *task,
                             unsigned size, unsigned index, int flags)
{
    (void)region, (void)task, (void)index;
    if ((flags & ompt_task_initial) != 0)
        return;
    if (endpoint == ompt_scope_begin)
        atomic_fetch_add(&members, size == 3);
    else
        atomic_fetch_add(&ended_members, 1);
}

static void on_task_create(ompt_data_t *task, const ompt_frame_t *frame, ompt_data_t *created,
                           int flags, int dependences, const void *caller)
{
    (void)task, (void)frame, (void)created, (void)dependences, (void)caller;
    atomic_fetch_add(&tasks, (flags & ompt_task_explicit) != 0);
}

static int start(ompt_function_lookup_t lookup, int device, ompt_data_t *data)
{
    ompt_set_callback_t set = (ompt_set_callback_t)lookup("ompt_set_callback");
    int always = 0;

    parallel_info = (ompt_get_parallel_info_t)lookup("ompt_get_parallel_info");
    thread_state = (ompt_get_state_t)lookup("ompt_get_state");
    always += set(ompt_callback_thread_begin, (ompt_callback_t)on_thread_begin) == ompt_set_always;
    always +=
        set(ompt_callback_parallel_begin, (ompt_callback_t)on_parallel_begin) == ompt_set_always;
    always += set(ompt_callback_parallel_end, (ompt_callback_t)on_parallel_end) == ompt_set_always;
    always +=
        set(ompt_callback_implicit_task, (ompt_callback_t)on_implicit_task) == ompt_set_always;
    always += set(ompt_callback_task_create, (ompt_callback_t)on_task_create) == ompt_set_always;
    printf("start: device %d, data %llu, %d callbacks\n", device, (unsigned long long)data->value,
           always);
    return 1;
}

static void finish(ompt_data_t *data)
{
    printf("finish: data %llu, %d initial threads\n", (unsigned long long)data->value,
           initial_threads);
    printf("regions %d, ended %d; implicit tasks %d, ended %d; tasks %d\n", regions, ended_regions,
           members, ended_members, tasks);
}

ompt_start_tool_result_t *ompt_start_tool(unsigned version, const char *runtime)
{
    static ompt_start_tool_result_t result = {start, finish, {.value = 42}};

    printf("tool: version %u, %d\n", version, runtime != NULL);
    return &result;
}

int main(void)
{
    int wrong = 0, sum = 0;

    for (int i = 0; i < 10; i++) {
#pragma omp parallel reduction(+ : wrong)
        {
            ompt_data_t *region = NULL;
            ompt_wait_id_t awaited;
            int size = 0;
            wrong += parallel_info(0, &region, &size) != 2 || size != 3 || region->value != 3;
            wrong += thread_state(&awaited) != ompt_state_work_parallel;
#pragma omp single
            for (int j = 0; j < 5; j++) {
#pragma omp task shared(sum)
#pragma omp atomic
                sum++;
            }
        }
    }
    printf("sum %d, wrong %d\n", sum, wrong);
    return 0;
}
