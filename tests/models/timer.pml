/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers, cancel against the handler on another core: kernel/time/timer.c.
 *
 * A timer on another core's heap, whose handler may arm it again once, is cancelled
 * and freed. Invariant: nobody touches a timer that was freed; it is on no heap.
 */
/* mistake: NO_SYNC timer_cancel() alone before the timer is freed */
/* mistake: SYNC_ONCE no second look after the handler has ended */
/* mistake: RUNNING_LATE the interrupt says whose handler runs after it gave the lock back */
/* mistake: SHORT_FORM timer_cancel() == true is taken for the end though the handler re-arms */

#define CORES   2
#define OWNER   0
#define OTHER   1 /* whose heap it is on */
#define SPIN    0 /* cells */
#define ARMED   1 /* also: on the heap */
#define RUNNING 2
#define CELLS   3
#include "tso.inc"

bool freed, done, rearms;

#define TOUCH assert(!freed)

inline heap_lock(me)
{
    do
    :: EXCHANGE(me, SPIN, 1, old);
        if
        :: old == 0 -> break
        :: else -> LOAD(me, SPIN) == 0
        fi
    od
}

inline heap_unlock(me)
{
    STORE(me, SPIN, 0)
}

/* timer_cancel() */
inline cancel()
{
    cancelled = false;
    if
    :: LOAD(OWNER, ARMED) == 0
    :: else ->
        heap_lock(OWNER);
        if
        :: LOAD(OWNER, ARMED) == 1 -> STORE(OWNER, ARMED, 0); cancelled = true
        :: else
        fi;
        heap_unlock(OWNER)
    fi
}

proctype owner()
{
    byte old;
    bool cancelled, busy;

    if
    :: rearms = true
    :: rearms = false
    fi;
    cancel();
#ifndef NO_SYNC
    if
#ifdef SHORT_FORM
    :: cancelled
#else
    :: cancelled && !rearms
#endif
    :: else -> /* timer_cancel_sync() */
        do
        :: cancel();
            heap_lock(OWNER);
            busy = LOAD(OWNER, RUNNING) == 1;
#ifndef SYNC_ONCE
            busy = busy || LOAD(OWNER, ARMED) == 1;
#endif
            heap_unlock(OWNER);
            if
            :: !busy -> break
            :: else
            fi
        od
    fi;
#endif
    FENCE(OWNER);
    assert(memory[ARMED] == 0);
    freed = true;
    done = true
}

/* The timer interrupt, again and again. */
proctype interrupt()
{
    byte old, times;

    do
    :: done -> break
    :: heap_lock(OTHER);
        if
        :: LOAD(OTHER, ARMED) == 1 ->
            TOUCH;
            STORE(OTHER, ARMED, 0);
#ifndef RUNNING_LATE
            STORE(OTHER, RUNNING, 1);
#endif
            heap_unlock(OTHER);
#ifdef RUNNING_LATE
            STORE(OTHER, RUNNING, 1);
#endif
            TOUCH; /* the handler */
            if
            :: rearms && times == 0 ->
                times++;
                heap_lock(OTHER);
                TOUCH;
                STORE(OTHER, ARMED, 1);
                heap_unlock(OTHER);
                TOUCH
            :: else
            fi;
            heap_lock(OTHER);
            STORE(OTHER, RUNNING, 0)
        :: else
        fi;
        heap_unlock(OTHER)
    od
}

init
{
    atomic {
        memory[ARMED] = 1;
        run owner();
        run interrupt()
    }
}
