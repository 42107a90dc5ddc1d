/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the process. The first caller stops all other threads and hands the
 * status to the launcher; later callers park.
 */
#include <hermit/console.h>
#include <hermit/task.h>

#define STOP_LIMIT_NS NSEC_PER_SEC /* longest wait for threads that are inside the kernel */
#define STOP_POLL_NS  100000UL

static void stop_other(struct task *t, void *arg)
{
    (void)arg;
    if (t != current_task())
        task_set_work(t, TASK_WORK_EXIT);
}

static void count_running(struct task *t, void *count)
{
    if (t != current_task() && atomic_load_explicit(&t->on_cpu, memory_order_acquire))
        ++*(unsigned *)count;
}

static unsigned running_others(void)
{
    unsigned count = 0;

    task_for_each(count_running, &count);
    return count;
}

_Noreturn void process_exit(int code, int signal)
{
    if (!process_begin_exit())
        task_park();
    task_for_each(stop_other, NULL);
    uint64_t limit = clock_monotonic() + STOP_LIMIT_NS;
    while (running_others() != 0 && clock_monotonic() < limit)
        sleep_until(clock_monotonic() + STOP_POLL_NS, false);
    lockdep_print_order();
    console_exit(code, signal);
}
