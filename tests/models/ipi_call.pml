/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls between cores: ipi_call() in kernel/arch/x86_64/smp_ipi.c.
 *
 * Two cores call each other and a third, each twice. Invariants: a call runs once
 * on each of its targets, with its own argument, before ipi_call() returns; all
 * calls return (else: an invalid end state).
 */
/* mistake: IRQS_OFF a caller waits with interrupts off */
/* mistake: CLEAR_LATE the requests are cleared after they were served */
/* mistake: INTERRUPT_FIRST the interrupt is sent before the request is there */
/* mistake: COUNT_LATE the count of cores that have not finished is set after the requests */

#define CORES   3
#define CALLERS 2
#define TARGETS 2     /* of each: the other caller and core 2 */
#define REQUESTS 0    /* cells: a bit for each caller, of core 0 to 2 */
#define PENDING  3    /* of callers 0 and 1 */
#define ARGUMENT 5
#define CELLS    7
#include "tso.inc"

bool interrupt[CORES];
byte ran[CALLERS * 3]; /* of a caller's call: how often; index 3 * caller + argument */

inline run_for(me, caller)
{
    if
    :: bits & (1 << caller) ->
        argument = LOAD(me, ARGUMENT + caller);
        ran[3 * caller + argument]++;
        FETCH_ADD(me, PENDING + caller, -1, old)
    :: else
    fi
}

/* The interrupt of core `me`; interrupts are off in it. */
inline serve(me)
{
    interrupt[me] = false;
#ifdef CLEAR_LATE
    bits = LOAD(me, REQUESTS + me);
#else
    EXCHANGE(me, REQUESTS + me, 0, bits);
#endif
    run_for(me, 0);
    run_for(me, 1);
#ifdef CLEAR_LATE
    EXCHANGE(me, REQUESTS + me, 0, bits);
#endif
    bits = 0;
    argument = 0;
    old = 0
}

inline request(me, target)
{
#ifdef INTERRUPT_FIRST
    if
    :: LOAD(me, REQUESTS + target) == 0 -> interrupt[target] = true
    :: else
    fi;
    FETCH_OR(me, REQUESTS + target, 1 << me, old)
#else
    FETCH_OR(me, REQUESTS + target, 1 << me, old);
    if
    :: old == 0 -> interrupt[target] = true
    :: else
    fi
#endif
}

proctype caller(byte me)
{
    byte old, bits, argument, round = 1;

    do
    :: round <= 2 ->
        STORE(me, ARGUMENT + me, round);
#ifndef COUNT_LATE
        STORE(me, PENDING + me, TARGETS);
#endif
        request(me, 1 - me);
        request(me, 2);
#ifdef COUNT_LATE
        STORE(me, PENDING + me, TARGETS);
#endif
        do
        :: LOAD(me, PENDING + me) == 0 -> break
#ifndef IRQS_OFF
        :: interrupt[me] -> serve(me)
#endif
        od;
        assert(ran[3 * me + round] == TARGETS);
        round++
    :: else -> break
    od;
end:
    do
    :: interrupt[me] -> serve(me)
    od
}

proctype target()
{
    byte old, bits, argument;
end:
    do
    :: interrupt[2] -> serve(2)
    od
}

init
{
    atomic {
        run caller(0);
        run caller(1);
        run target()
    }
}
