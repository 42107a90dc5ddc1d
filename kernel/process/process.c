/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of the process. The first caller stops all other threads and hands the
 * status to the launcher; later callers park.
 */
#include <hermit/console.h>
#include <hermit/process.h>
#include <hermit/task_table.h>

#define STOP_LIMIT_NS NSEC_PER_SEC /* longest wait for threads that are inside the kernel */
#define STOP_POLL_NS  100000UL

void (*_Atomic process_end_hooks[NR_PROCESS_ENDS])(void);

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
    uint64_t now = clock_monotonic(), limit = now + STOP_LIMIT_NS;
    while (running_others() != 0 && now < limit) {
        sleep_until(now + STOP_POLL_NS, 0);
        now = clock_monotonic();
    }
    for (int i = 0; i < NR_PROCESS_ENDS; i++) {
        /* Acquire, pairs with those who set it: what it works on is there. */
        void (*hook)(void) = atomic_load_explicit(&process_end_hooks[i], memory_order_acquire);
        if (hook != NULL)
            hook();
    }
    lockdep_print_order();
    console_exit(code, signal);
}
