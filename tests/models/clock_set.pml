/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Setting CLOCK_REALTIME against the first timer that follows it: clock_set_realtime()
 * in kernel/time/clock.c, clock_timer_init() in kernel/process/clock_timer.c.
 *
 * Invariant: when both are through, the timer stands at the new time.
 */
/* mistake: SETTER_PLAIN the offset is stored without a barrier before the look at the hook */
/* mistake: TIMER_PLAIN the hook is stored without a barrier before the look at the clock */
/* mistake: LIST_LATE the timer goes on the list after it was armed */

#define CORES  2
#define SETTER 0
#define TIMER  1
#define OFFSET 0 /* cells */
#define HOOK   1
#define CELLS  2
#include "tso.inc"

bool listed, armed, through[CORES];
byte stands_at;

/* What is done under the locks of the list and of the timer is one step, which drains stores. */
proctype setter()
{
    byte old;

#ifdef SETTER_PLAIN
    STORE(SETTER, OFFSET, 1);
#else
    EXCHANGE(SETTER, OFFSET, 1, old);
#endif
    if
    :: LOAD(SETTER, HOOK) == 1 ->
        atomic {
            FENCE(SETTER);
            if
            :: listed && armed -> stands_at = memory[OFFSET]
            :: else
            fi
        }
    :: else
    fi;
    through[SETTER] = true
}

/* TIMER_PLAIN leaves out the list's lock too, which drains the store on x86. */
proctype timer()
{
    byte old;

#ifdef TIMER_PLAIN
    STORE(TIMER, HOOK, 1);
    listed = true;
    atomic { armed = true; stands_at = LOAD(TIMER, OFFSET) }
#else
    EXCHANGE(TIMER, HOOK, 1, old);
#ifdef LIST_LATE
    atomic { FENCE(TIMER); armed = true; stands_at = memory[OFFSET] }
    listed = true;
#else
    listed = true;
    atomic { FENCE(TIMER); armed = true; stands_at = memory[OFFSET] }
#endif
#endif
    through[TIMER] = true
}

init
{
    atomic {
        run setter();
        run timer()
    }
    through[0] && through[1];
    assert(stands_at == 1)
}
