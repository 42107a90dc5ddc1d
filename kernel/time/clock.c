/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The clocks: monotonic time from the architecture's clock source, real time as an
 * offset to it. The offset is one atomic word; no locks (docs/concurrency.md,
 * "Setting the clock").
 */
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/percpu.h>
#include <hermit/timer.h>
#include <stdatomic.h>

void (*_Atomic clock_set_hook)(void);

static _Atomic uint64_t realtime_offset; /* CLOCK_REALTIME − CLOCK_MONOTONIC, ns */

uint64_t clock_realtime(void)
{
    return clock_monotonic() + atomic_load_explicit(&realtime_offset, memory_order_relaxed);
}

void clock_set_realtime(uint64_t ns)
{
    /* Full barrier, pairs with clock_timer_init()'s: either this sees the hook, or the task that
     * sets the hook reads this offset afterwards. */
    atomic_store_explicit(&realtime_offset, ns - clock_monotonic(), memory_order_seq_cst);
    void (*hook)(void) = atomic_load_explicit(&clock_set_hook, memory_order_seq_cst);
    if (hook != NULL)
        hook();
}

void time_init(void)
{
    const struct hermit_boot_block *block = boot_info.block;

    timer_cpu_init(cpu_timer(this_cpu()));
    arch_clock_init();
    clock_set_realtime(block != NULL && block->wall_ns != 0 ? block->wall_ns : arch_rtc_read());
}
