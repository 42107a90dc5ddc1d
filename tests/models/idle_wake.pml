/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A core that goes idle against those that queue tasks on it: kernel/sched/idle.c,
 * kick() in kernel/sched/sched.c.
 *
 * Two cores each queue a task on the idle one, which runs them. Invariant: a queued
 * task is seen: the idle core does not stay halted (else: an invalid end state).
 */
/* mistake: IDLE_PLAIN "no longer polling" is stored without a barrier before the last look */
/* mistake: WAKER_PLAIN the waker looks whether it polls without a barrier */
/* mistake: IRQS_ON interrupts are on between the last look and the halt */
/* mistake: LOOK_FIRST the last look comes before "no longer polling" */

#define WAKERS  2
#define CORES   3
#define ME      2
#define SPIN    0 /* cells: the queue's lock, runnable tasks, the idle task polls */
#define NR      1
#define POLLING 2
#define CELLS   3
#include "tso.inc"

bool runs_idle = true; /* what cpu->current says; under the queue's lock */
bool interrupt;        /* for core ME, pending */
bool halted;

inline queue_lock(me)
{
    do
    :: EXCHANGE(me, SPIN, 1, old);
        if
        :: old == 0 -> break
        :: else -> LOAD(me, SPIN) == 0
        fi
    od
}

proctype waker(byte me)
{
    byte old;
    bool kick;

    queue_lock(me);
    STORE(me, NR, LOAD(me, NR) + 1);
    if
    :: runs_idle ->
#ifndef WAKER_PLAIN
        FENCE(me);
#endif
        kick = LOAD(me, POLLING) == 0
    :: else /* it looks at the queue when its task ends */
    fi;
    STORE(me, SPIN, 0);
    if
    :: kick -> interrupt = true
    :: else
    fi
}

/* Serves an interrupt that comes while interrupts are on: nothing to do but to come back. */
inline irqs_on()
{
    if
    :: interrupt = false
    :: skip
    fi
}

proctype idler()
{
    byte old, done;

    do
    :: done == WAKERS -> break
    :: done < WAKERS && LOAD(ME, NR) > 0 -> /* schedule(): runs all there is, then idles again */
        queue_lock(ME);
        runs_idle = false;
        STORE(ME, SPIN, 0);
        irqs_on();
        queue_lock(ME);
        done = done + LOAD(ME, NR);
        STORE(ME, NR, 0);
        runs_idle = true;
        STORE(ME, POLLING, 1);
        STORE(ME, SPIN, 0)
    :: done < WAKERS -> /* idle_wait() */
        irqs_on();
#ifdef LOOK_FIRST
        if
        :: LOAD(ME, NR) > 0
        :: else ->
            EXCHANGE(ME, POLLING, 0, old);
#else
#ifdef IDLE_PLAIN
        STORE(ME, POLLING, 0);
#else
        EXCHANGE(ME, POLLING, 0, old);
#endif
        if
        :: LOAD(ME, NR) > 0
        :: else ->
#endif
#ifdef IRQS_ON
            irqs_on();
#endif
            interrupt -> interrupt = false /* halted until then */
        fi;
        STORE(ME, POLLING, 1)
    od
}

init
{
    atomic {
        memory[POLLING] = 1;
        run waker(0);
        run waker(1);
        run idler()
    }
}
