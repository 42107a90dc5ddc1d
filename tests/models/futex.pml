/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes, wait against wake: kernel/process/futex.c.
 *
 * A task waits while the word is 0, with a waiter on its stack that is gone when it
 * goes on; another sets the word and wakes, by the quick way if nobody is counted. A
 * wake-up of another kind may come at any time. Invariants: the waiter does not
 * sleep for ever (else: an invalid end state); nobody touches a waiter that is gone.
 */
/* mistake: WAKER_PLAIN the waker looks at the count without a barrier */
/* mistake: COUNT_PLAIN the waiter counts itself by a plain store */
/* mistake: COUNT_LATE the waiter counts itself after it has looked at the word */
/* mistake: WOKEN_EARLY the waker unlinks the waiter after it said "woken" */
/* mistake: STATE_LATE the waiter marks itself asleep after the bucket is unlocked */

#define CORES  2
#define WAITER 0
#define WAKER  1
#define WORD   0 /* cells */
#define COUNT  1
#define SPIN   2
#define WOKEN  3
#define STATE  4 /* 1: about to sleep */
#define CELLS  5
#include "tso.inc"

bool queued, gone;

#define TOUCH_WAITER assert(!gone)

inline bucket_lock(me)
{
    do
    :: EXCHANGE(me, SPIN, 1, old);
        if
        :: old == 0 -> break
        :: else -> LOAD(me, SPIN) == 0
        fi
    od
}

inline count(me)
{
#ifdef COUNT_PLAIN
    STORE(me, COUNT, LOAD(me, COUNT) + 1)
#else
    FETCH_ADD(me, COUNT, 1, old)
#endif
}

inline sleep_mark()
{
    EXCHANGE(WAITER, STATE, 1, old)
}

proctype waiter()
{
    byte old;
    bool equal;

    bucket_lock(WAITER);
#ifndef COUNT_LATE
    count(WAITER);
#endif
    equal = LOAD(WAITER, WORD) == 0;
#ifdef COUNT_LATE
    count(WAITER);
#endif
    if
    :: !equal ->
        FETCH_ADD(WAITER, COUNT, -1, old);
        STORE(WAITER, SPIN, 0)
    :: else ->
        queued = true;
#ifndef STATE_LATE
        sleep_mark();
#endif
        STORE(WAITER, SPIN, 0);
#ifdef STATE_LATE
        sleep_mark();
#endif
        do /* sleep_queued() */
        :: FENCE(WAITER) && memory[STATE] == 0 ->
            if
            :: LOAD(WAITER, WOKEN) == 1 -> break
            :: else ->
                bucket_lock(WAITER);
                if
                :: LOAD(WAITER, WOKEN) == 1 -> STORE(WAITER, SPIN, 0); break
                :: else -> sleep_mark(); STORE(WAITER, SPIN, 0)
                fi
            fi
        od;
        gone = true
    fi
}

proctype waker()
{
    byte old;
    bool found;

    STORE(WAKER, WORD, 1); /* the application's */
#ifndef WAKER_PLAIN
    FENCE(WAKER);
#endif
    if
    :: LOAD(WAKER, COUNT) == 0
    :: else ->
        bucket_lock(WAKER);
        if
        :: queued ->
            found = true;
            TOUCH_WAITER;
#ifdef WOKEN_EARLY
            STORE(WAKER, WOKEN, 1);
            TOUCH_WAITER;
            queued = false;
#else
            queued = false;
            TOUCH_WAITER;
            STORE(WAKER, WOKEN, 1);
#endif
            FETCH_ADD(WAKER, COUNT, -1, old)
        :: else
        fi;
        STORE(WAKER, SPIN, 0);
        if
        :: found -> atomic { FENCE(WAKER); memory[STATE] = 0 } /* task_wake() */
        :: else
        fi
    fi
}

/* A wake-up of the task that is not the futex's: a signal's, or a late one of an earlier sleep. */
proctype other()
{
    memory[STATE] = 0
}

init
{
    atomic {
        run waiter();
        run waker();
        run other()
    }
}
