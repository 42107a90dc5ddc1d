/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random delays at hand-over points (hermit/chaos.h). Owns the seed, which is constant
 * once it is set; each core's generator is its own. An interrupt in the middle of a
 * step may repeat a number: harmless. No locks.
 */
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/chaos.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <stdatomic.h>

#ifdef HERMIT_CHAOS

#define SPIN_MAX_NS   200000
#define SPIN_SHORT_NS 2000

static _Atomic uint32_t seed; /* 0: not yet */

/* splitmix64: a full period from any start, so cores may begin at seed + a multiple. */
static uint64_t next_random(struct chaos_cpu *c)
{
    uint64_t x = c->random += 0x9e3779b97f4a7c15UL;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
    return x ^ x >> 31;
}

/* No delay in 7 of 8 cases, else mostly a short one, and now and then one long enough for the host
 * to reschedule another core: 0.5 µs on average. */
static uint64_t choose_ns(uint64_t random)
{
    unsigned kind = random & 255;

    if (kind == 0)
        return (random >> 8) % SPIN_MAX_NS;
    return kind < 32 ? (random >> 8) % SPIN_SHORT_NS : 0;
}

void chaos_point(const char *name)
{
    uint32_t start = atomic_load_explicit(&seed, memory_order_relaxed);
    struct chaos_cpu *c = cpu_chaos(this_cpu());

    if (start == 0)
        return;
    if (c->random == 0)
        c->random = (uint64_t)start << 32 | (this_cpu()->id + 1);
    c->trail[c->passed++ % CHAOS_TRAIL] = name;
    uint64_t ns = choose_ns(next_random(c));
    if (ns == 0)
        return;
    uint64_t begin = arch_clock_ticks(), ticks = arch_ns_to_ticks(ns);
    while (arch_clock_ticks() - begin < ticks)
        arch_cpu_relax();
}

void chaos_init(void)
{
    uint32_t start = 0;

    if (boot_info.block != NULL) {
        start = boot_info.block->chaos_seed;
        if (start == 0)
            __builtin_memcpy(&start, boot_info.block->seed, sizeof(start));
    }
    start = start != 0 ? start : 1;
    klog("hermit: HERMIT_CHAOS_SEED=%u\n", start);
    atomic_store_explicit(&seed, start, memory_order_relaxed);
}

size_t chaos_report(char *text, size_t size)
{
    const struct chaos_cpu *c = cpu_chaos(this_cpu());
    unsigned n = MIN(c->passed, CHAOS_TRAIL);
    size_t length = (size_t)ksnprintf(text, size, "HERMIT_CHAOS_SEED=%u; passed last:",
                                      atomic_load_explicit(&seed, memory_order_relaxed));

    for (unsigned i = c->passed - n; i != c->passed && length < size; i++)
        length += (size_t)ksnprintf(text + length, size - length, " %s", c->trail[i % CHAOS_TRAIL]);
    if (length < size)
        length += (size_t)ksnprintf(text + length, size - length, "\n");
    return MIN(length, size - 1);
}

#endif
