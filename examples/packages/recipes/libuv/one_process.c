// SPDX-License-Identifier: BSD-3-Clause
//
// libuv's tests in one process. Some talk to an echo server, which libuv's own runner starts as a
// process of its own before the test: here it is a thread with a loop of its own. The linker puts
// these functions in the place of the runner's, the library's and the C library's
// (one_process.cmake).

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"
#include "task.h"

uv_loop_t *__real_uv_default_loop(void);
_Noreturn void __real_abort(void);
int __real_run_test_part(const char *test, const char *part);

static _Thread_local uv_loop_t *helper_loop;
static sem_t helper_is_ready;

// The helpers run the default loop, as the tests do.
uv_loop_t *__wrap_uv_default_loop(void)
{
    return helper_loop != NULL ? helper_loop : __real_uv_default_loop();
}

// A helper's assertion ends the helper alone; the runner does not ask how that ended, either.
_Noreturn void __wrap_abort(void)
{
    if (helper_loop != NULL) {
        pthread_exit(NULL);
    }
    __real_abort();
}

void __wrap_notify_parent_process(void)
{
    sem_post(&helper_is_ready);
}

static void *run_helper(void *task)
{
    static uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        abort();
    }
    helper_loop = &loop;
    ((task_entry_t *)task)->main();
    return NULL;
}

// The test's helper, if it has one, runs until the process ends.
int __wrap_run_test_part(const char *test, const char *part)
{
    sem_init(&helper_is_ready, 0, 0);
    for (task_entry_t *task = TASKS; task->main != NULL; task++) {
        pthread_t thread;
        if (task->is_helper && strcmp(task->task_name, test) == 0) {
            if (pthread_create(&thread, NULL, run_helper, task) != 0) {
                abort();
            }
            while (sem_wait(&helper_is_ready) != 0) {
            }
        }
    }
    return __real_run_test_part(test, part);
}
