/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sleeping mutex and its hand-over: kernel/sched/mutex.c.
 *
 * Three tasks, each on its core, use an object once under the object's mutex; the
 * last one frees it. Invariants: one owner at a time; nobody touches the mutex
 * after it was freed; every waiter gets it (else: an invalid end state).
 */
/* mistake: GRANT_FIRST the waiter is told before the spin lock is given back */
/* mistake: MARK_PLAIN the mark "there are waiters" is set by load and store */
/* mistake: STATE_PLAIN "about to sleep" is stored without a barrier */
/* mistake: FORGET_MORE the hand-over does not mark that more wait */

#define TASKS   3
#define CORES   3
#define OWNER   0 /* cells; 2 (task + 1), 0: free; bit 0: waiters */
#define SPIN    1
#define STATE   2 /* 1: about to sleep */
#define GRANTED 5
#define CELLS   8
#include "tso.inc"

bool freed;
byte users = TASKS, owners;
chan waiters = [TASKS] of { byte };

#define TOUCH assert(!freed)

inline spin_lock(me)
{
    do
    :: TOUCH; EXCHANGE(me, SPIN, 1, old);
        if
        :: old == 0 -> break
        :: else -> LOAD(me, SPIN) == 0
        fi
    od
}

inline spin_unlock(me)
{
    TOUCH;
    STORE(me, SPIN, 0)
}

/* State 1 again until granted; a wake-up before it sleeps is not lost. */
inline sleep_until_granted(me)
{
    do
    ::
#ifdef STATE_PLAIN
        STORE(me, STATE + me, 1);
#else
        EXCHANGE(me, STATE + me, 1, old);
#endif
        if
        :: LOAD(me, GRANTED + me) == 1 -> break
        :: else -> FENCE(me) && memory[STATE + me] == 0 /* the queue lock, the switch */
        fi
    od
}

inline grant(me, to)
{
    STORE(me, GRANTED + to, 1);
    atomic { FENCE(me); memory[STATE + to] = 0 } /* under the queue lock */
}

inline mutex_lock(me)
{
    COMPARE_EXCHANGE(me, OWNER, 0, 2 * (me + 1), ok);
    if
    :: ok == 1
    :: else ->
        spin_lock(me);
        do
        :: now = LOAD(me, OWNER);
            if
            :: now == 0 -> COMPARE_EXCHANGE(me, OWNER, 0, 2 * (me + 1), ok);
                if
                :: ok == 1 -> wait = false; break
                :: else
                fi
            :: else ->
#ifdef MARK_PLAIN
                STORE(me, OWNER, now | 1);
                ok = 1;
#else
                COMPARE_EXCHANGE(me, OWNER, now, now | 1, ok);
#endif
                if
                :: ok == 1 -> wait = true; break
                :: else
                fi
            fi
        od;
        if
        :: wait -> waiters!me
        :: else
        fi;
        spin_unlock(me);
        if
        :: wait -> sleep_until_granted(me)
        :: else
        fi
    fi
}

inline mutex_unlock(me)
{
    TOUCH;
    COMPARE_EXCHANGE(me, OWNER, 2 * (me + 1), 0, ok);
    if
    :: ok == 1
    :: else ->
        spin_lock(me);
        waiters?to;
#ifdef FORGET_MORE
        STORE(me, OWNER, 2 * (to + 1));
#else
        STORE(me, OWNER, 2 * (to + 1) + (len(waiters) > 0 -> 1 : 0));
#endif
#ifdef GRANT_FIRST
        grant(me, to);
        spin_unlock(me)
#else
        spin_unlock(me);
        grant(me, to)
#endif
    fi
}

proctype user(byte me)
{
    byte old, ok, now, to;
    bool wait, last;

    mutex_lock(me);
    owners++;
    assert(owners == 1);
    users--;
    last = users == 0;
    owners--;
    mutex_unlock(me);
    if
    :: last -> freed = true
    :: else
    fi
}

init
{
    atomic {
        run user(0);
        run user(1);
        run user(2)
    }
}
