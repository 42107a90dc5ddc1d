/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wait queues: kernel/sched/wait.c.
 *
 * Two tasks wait for a condition of an object, a third makes it true and wakes all.
 * The last of the three to give its reference back frees the object. Invariants: no
 * waiter sleeps for ever once the condition holds (else: an invalid end state);
 * nobody touches the queue of a freed object; no waker touches a waiter that left.
 */
/* mistake: WAKER_PLAIN the waker looks at the list without a barrier after its change */
/* mistake: STATE_PLAIN "about to sleep" is stored without a barrier */
/* mistake: LOOK_FIRST the waiter looks at the condition before it joins the list */
/* mistake: NO_REFERENCE the waker has no reference and wakes after its change */

#define WAITERS 2
#define CORES   3
#define WAKER   2
#define SPIN    0 /* cells: the queue's lock, the condition, waiters on the list, states */
#define READY   1
#define NR      2
#define STATE   3 /* 1: about to sleep */
#define CELLS   5
#include "tso.inc"

#ifdef NO_REFERENCE
#define REFERENCES WAITERS
#else
#define REFERENCES (WAITERS + 1)
#endif

bool freed, listed[WAITERS];
byte references = REFERENCES;

#define TOUCH assert(!freed)

inline queue_lock(me)
{
    do
    :: TOUCH; EXCHANGE(me, SPIN, 1, old);
        if
        :: old == 0 -> break
        :: else -> TOUCH; LOAD(me, SPIN) == 0
        fi
    od
}

inline queue_unlock(me)
{
    TOUCH;
    STORE(me, SPIN, 0)
}

inline put_reference()
{
    atomic {
        references--;
        if
        :: references == 0 -> freed = true
        :: else
        fi
    }
}

inline begin(me)
{
    queue_lock(me);
    listed[me] = true;
    STORE(me, NR, LOAD(me, NR) + 1);
    queue_unlock(me);
#ifdef STATE_PLAIN
    STORE(me, STATE + me, 1)
#else
    EXCHANGE(me, STATE + me, 1, old)
#endif
}

inline end(me)
{
    queue_lock(me);
    listed[me] = false;
    STORE(me, NR, LOAD(me, NR) - 1);
    queue_unlock(me)
}

proctype waiter(byte me)
{
    byte old;
    bool ready;

    do
    :: TOUCH; ready = LOAD(me, READY);
        if
        :: ready -> break
        :: else
        fi;
        begin(me);
#ifndef LOOK_FIRST
        TOUCH;
        ready = LOAD(me, READY);
#endif
        if
        :: !ready -> FENCE(me) && memory[STATE + me] == 0 /* sleeps; woken before: goes on */
        :: else
        fi;
        end(me)
    od;
    FENCE(me); /* the count of references: a lock instruction */
    put_reference()
}

proctype waker()
{
    byte old, i;

    STORE(WAKER, READY, 1);
#ifndef WAKER_PLAIN
    FENCE(WAKER);
#endif
    TOUCH;
    if
    :: LOAD(WAKER, NR) == 0
    :: else ->
        queue_lock(WAKER);
        do
        :: i < WAITERS ->
            if
            :: listed[i] -> atomic { FENCE(WAKER); memory[STATE + i] = 0 }; assert(listed[i])
            :: else
            fi;
            i++
        :: else -> break
        od;
        queue_unlock(WAKER)
    fi;
#ifndef NO_REFERENCE
    FENCE(WAKER);
    put_reference()
#endif
}

init
{
    atomic {
        run waiter(0);
        run waiter(1);
        run waker()
    }
}
