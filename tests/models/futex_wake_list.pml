/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes, who wakes a task that two wakers have taken: wake_waiter() and
 * wake_listed() in kernel/process/futex.c.
 *
 * Waker A took the task off a word; it goes on by itself (it saw `woken`), waits
 * again, and waker B takes it while it still is on A's list. Invariant: a task that
 * was taken is woken after that, by either (else: an invalid end state).
 */
/* mistake: WAKE_FIRST A wakes the task before it takes it off its list */
/* mistake: LOOK_FIRST B looks at the list before it says "woken" */
/* mistake: PLAIN_LOOK B's look at the list is a load, with no barrier before it */

#define CORES  3
#define TASK   0
#define A      1
#define B      2
#define LISTED 0 /* cells: the task's wake_next is set */
#define WOKEN  1
#define STATE  2 /* 1: about to sleep */
#define CELLS  3
#include "tso.inc"

#define TASK_WAKE(me) atomic { FENCE(me); memory[STATE] = 0 }

proctype task()
{
    byte old;

    do
    :: EXCHANGE(TASK, STATE, 1, old);
        if
        :: LOAD(TASK, WOKEN) == 1 -> break
        :: else -> FENCE(TASK) && memory[STATE] == 0
        fi
    od
}

proctype waker_a() /* wake_listed() */
{
    byte old;

#ifdef WAKE_FIRST
    TASK_WAKE(A);
    EXCHANGE(A, LISTED, 0, old)
#else
    EXCHANGE(A, LISTED, 0, old);
    TASK_WAKE(A)
#endif
}

proctype waker_b() /* wake_waiter() */
{
    byte ok;

#ifdef LOOK_FIRST
    COMPARE_EXCHANGE(B, LISTED, 0, 1, ok);
    STORE(B, WOKEN, 1);
#else
    STORE(B, WOKEN, 1);
#ifdef PLAIN_LOOK
    ok = LOAD(B, LISTED) == 0;
#else
    COMPARE_EXCHANGE(B, LISTED, 0, 1, ok);
#endif
#endif
    if
    :: ok -> STORE(B, LISTED, 0); TASK_WAKE(B)
    :: else /* A's */
    fi
}

init
{
    atomic {
        memory[LISTED] = 1;
        run task();
        run waker_a();
        run waker_b()
    }
}
