/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sleeping mutex: kernel/sched/mutex.c.
 *
 * Three tasks, each on its core, use an object under the object's mutex, one of them
 * twice; the last one frees it. A waiter that was overtaken may be impatient or not:
 * both are tried. Invariants: one owner at a time; nobody touches the mutex after it
 * was freed; every waiter gets it (else: an invalid end state).
 */
/* mistake: GRANT_FIRST the waiter is told before the spin lock is given back */
/* mistake: TRY_ALONE a waiter that may try again does so without the spin lock */
/* mistake: NO_MARK the mutex is set free without the mark of its waiters */
/* mistake: MARK_PLAIN the mark "there are waiters" is set by load and store */
/* mistake: STATE_PLAIN "about to sleep" is stored without a barrier */
/* mistake: FORGET_MORE the hand-over does not mark that more wait */

#define TASKS   3
#define CORES   3
#define OWNER   0 /* cells; 2 (task + 1), 0: free; bit 0: waiters */
#define WAITERS 1
#define SPIN    1
#define STATE   2 /* 1: about to sleep */
#define NEWS    5
#define CELLS   8

#define NONE     0
#define MAY_TRY  1 /* LOCK_FREE */
#define GRANTED  2
#include "tso.inc"

bool freed;
byte users = TASKS + 1, owners;
bool impatient[TASKS];
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

/* State 1 again until there is news; a wake-up before it sleeps is not lost. */
inline sleep_until_news(me)
{
    do
    ::
#ifdef STATE_PLAIN
        STORE(me, STATE + me, 1);
#else
        EXCHANGE(me, STATE + me, 1, old);
#endif
        news = LOAD(me, NEWS + me);
        if
        :: news != NONE -> break
        :: else -> FENCE(me) && memory[STATE + me] == 0 /* the queue lock, the switch */
        fi
    od
}

inline wake(me, to)
{
    atomic { FENCE(me); memory[STATE + to] = 0 } /* under the queue lock */
}

inline grant(me, to)
{
    STORE(me, NEWS + to, GRANTED);
    wake(me, to)
}

/* A waiter that was told that the mutex is free; the spin lock is held. */
inline take_in_turn(me)
{
    COMPARE_EXCHANGE(me, OWNER, WAITERS, 2 * (me + 1) + (len(waiters) > 1 -> WAITERS : 0), ok);
    if
    :: ok == 1 -> atomic { waiters?to; assert(to == me) } wait = false
    :: else ->
        if
        :: impatient[me] = true
        :: skip
        fi;
        STORE(me, NEWS + me, NONE)
    fi
}

inline wait_for_turn(me)
{
    do
    :: wait ->
        sleep_until_news(me);
        if
        :: news == GRANTED -> wait = false
        :: else ->
#ifndef TRY_ALONE
            spin_lock(me);
#endif
            take_in_turn(me);
#ifndef TRY_ALONE
            spin_unlock(me)
#endif
        fi
    :: else -> break
    od
}

/* Takes it in place of its waiters if it is free, else marks that there is one more. */
inline take_or_mark(me)
{
    do
    :: now = LOAD(me, OWNER);
        if
        :: now <= WAITERS -> COMPARE_EXCHANGE(me, OWNER, now, 2 * (me + 1) + now, ok);
            if
            :: ok == 1 -> wait = false; break
            :: else
            fi
        :: else ->
#ifdef MARK_PLAIN
            STORE(me, OWNER, now | WAITERS);
            ok = 1;
#else
            COMPARE_EXCHANGE(me, OWNER, now, now | WAITERS, ok);
#endif
            if
            :: ok == 1 -> wait = true; break
            :: else
            fi
        fi
    od
}

inline mutex_lock(me)
{
    COMPARE_EXCHANGE(me, OWNER, 0, 2 * (me + 1), ok);
    if
    :: ok == 1
    :: else ->
        spin_lock(me);
        take_or_mark(me);
        if
        :: wait -> atomic { impatient[me] = false; waiters!me } STORE(me, NEWS + me, NONE)
        :: else
        fi;
        spin_unlock(me);
        wait_for_turn(me)
    fi
}

inline hand_over(me)
{
    waiters?to;
#ifdef FORGET_MORE
    STORE(me, OWNER, 2 * (to + 1));
#else
    STORE(me, OWNER, 2 * (to + 1) + (len(waiters) > 0 -> WAITERS : 0));
#endif
#ifdef GRANT_FIRST
    grant(me, to);
    spin_unlock(me)
#else
    spin_unlock(me);
    grant(me, to)
#endif
}

inline set_free(me)
{
    tell = LOAD(me, NEWS + to) == NONE;
    if
    :: tell -> STORE(me, NEWS + to, MAY_TRY)
    :: else
    fi;
#ifdef NO_MARK
    STORE(me, OWNER, 0);
#else
    STORE(me, OWNER, WAITERS);
#endif
    spin_unlock(me);
    if
    :: tell -> wake(me, to)
    :: else
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
        waiters?<to>;
        if
        :: impatient[to] -> hand_over(me)
        :: else -> set_free(me)
        fi
    fi
}

inline use(me)
{
    mutex_lock(me);
    owners++;
    assert(owners == 1);
    users--;
    last = users == 0;
    owners--;
    mutex_unlock(me)
}

proctype user(byte me; bool twice)
{
    byte old, ok, now, to, news;
    bool wait, last, tell;

    if
    :: twice -> use(me)
    :: else
    fi;
    use(me);
    if
    :: last -> freed = true
    :: else
    fi
}

init
{
    atomic {
        run user(0, true);
        run user(1, false);
        run user(2, false)
    }
}
