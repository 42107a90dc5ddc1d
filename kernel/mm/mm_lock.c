/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mm.lock: a sleeping reader/writer lock for many cores. Owns the reader counters
 * and the writer's flag.
 *
 * A reader counts itself in on its own core's counter, then looks for a writer; a
 * writer raises its flag, then waits until all counters sum up to 0. Both sides do
 * store and load in sequentially consistent order, so at least one sees the other.
 * A reader that moved to another core counts itself out where it came in. A reader
 * must not take the lock a second time: a writer may wait in between. Since writers
 * look at all counters, cores beyond NR_COUNTERS share them.
 */
#include "mm.h"
#include <hermit/percpu.h>

#define NR_COUNTERS 16

static struct {
    _Alignas(64) _Atomic long readers; /* faults in progress that began there */
} counters[NR_COUNTERS];

static struct {
    _Atomic bool writer;
    _Atomic unsigned sleepers;    /* tasks that wait for the flag to fall */
    struct wait_queue flag_queue; /* woken when it falls */
    struct wait_queue drain;      /* the writer, until the readers are out */
} lock = {.flag_queue = WAIT_QUEUE_INIT(lock.flag_queue), .drain = WAIT_QUEUE_INIT(lock.drain)};

static __attribute__((noinline)) void wait_for_flag(void)
{
    atomic_fetch_add(&lock.sleepers, 1); /* pairs with the exchange in mm_write_unlock */
    wait_event(&lock.flag_queue, !atomic_load(&lock.writer), 0, TIME_FOREVER);
    atomic_fetch_sub(&lock.sleepers, 1);
}

static void leave(mm_reader reader)
{
    atomic_fetch_sub(reader, 1);
    chaos_point("mm_reader_out");
    if (unlikely(atomic_load(&lock.writer)))
        wake_all(&lock.drain);
}

mm_reader mm_read_lock(void)
{
    might_sleep();
    lockdep_sleep_acquire(&lock, LOCKDEP_MM_LOCK);
    lockdep_sleep_acquired(&lock, LOCKDEP_MM_LOCK);
    for (;;) {
        mm_reader reader = &counters[this_cpu()->id % NR_COUNTERS].readers;
        atomic_fetch_add(reader, 1);
        chaos_point("mm_reader_in");
        if (likely(!atomic_load(&lock.writer)))
            return reader;
        leave(reader);
        wait_for_flag();
    }
}

void mm_read_unlock(mm_reader reader)
{
    lockdep_sleep_release(&lock);
    leave(reader);
}

static inline bool no_readers(void)
{
    long sum = 0;
    for (unsigned i = 0; i < NR_COUNTERS && i < nr_cpus; i++)
        sum += atomic_load(&counters[i].readers);
    return sum == 0;
}

static __attribute__((noinline)) void wait_for_readers(void)
{
    if (nr_cpus > 1) /* faults are short: try to see them out */
        for (unsigned tries = 0; tries < 100; tries++) {
            if (no_readers())
                return;
            arch_cpu_relax();
        }
    wait_event(&lock.drain, no_readers(), 0, TIME_FOREVER);
}

void mm_write_lock(void)
{
    might_sleep();
    lockdep_sleep_acquire(&lock, LOCKDEP_MM_LOCK);
    lockdep_sleep_acquired(&lock, LOCKDEP_MM_LOCK);
    while (unlikely(atomic_exchange(&lock.writer, true)))
        wait_for_flag();
    chaos_point("mm_writer_flag");
    if (unlikely(!no_readers()))
        wait_for_readers();
}

void mm_write_unlock(void)
{
    lockdep_sleep_release(&lock);
    atomic_exchange(&lock.writer, false);
    chaos_point("mm_writer_out");
    if (unlikely(atomic_load(&lock.sleepers) != 0))
        wake_all(&lock.flag_queue);
}
