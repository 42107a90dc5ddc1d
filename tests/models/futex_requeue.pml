/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes, a waiter that changes its bucket: requeue, and waiter_lock() in
 * kernel/process/futex.c.
 *
 * A task waits on a word of one bucket, and gives up if its time ends. One core changes
 * the word, moves the waiter to the other bucket and wakes there; another moves back and
 * wakes at the first, by the quick way if nobody is counted. Invariants: a bucket's list
 * is changed by one core at a time; nobody touches a waiter that is gone; a waiter
 * whose time does not end does not sleep for ever, and no two cores wait for each
 * other's bucket (else: an invalid end state); nobody is counted in the end.
 */
/* mistake: NO_SECOND_LOOK the waiter does not look again whether it locked its bucket */
/* mistake: NO_WOKEN_LOOK under the lock it does not look whether it was woken */
/* mistake: POINTER_LATE the waiter's bucket is stored after the unlock */
/* mistake: ONE_LOCK the old bucket is unlocked before the waiter's is stored */
/* mistake: COUNT_STAYS the waiter stays counted where it was */
/* mistake: FROM_FIRST of the two buckets, the one moved from is locked first */

#define CORES  3
#define WAITER 0
#define MOVER  1 /* from A to B */
#define BACK   2 /* from B to A */
#define A      0 /* buckets; also the cells of their locks */
#define B      1
#define COUNT  2 /* cells: the buckets' counts */
#define WORD   4
#define BUCKET 5 /* the waiter's */
#define WOKEN  6
#define STATE  7 /* 1: about to sleep */
#define CELLS  8
#define BUFFER 3
#include "tso.inc"

#define NOWHERE 2

byte list = NOWHERE; /* the bucket in whose list the waiter is */
bool changing[2];    /* a bucket's list is being changed, or looked through */
bool gone, expired;

#define TOUCH_WAITER assert(!gone)

/* What another core would do in a loop of exchanges. */
#define BUCKET_LOCK(me, b) atomic { FENCE(me) && memory[b] == 0 -> memory[b] = 1 }
#define BUCKET_UNLOCK(me, b) STORE(me, b, 0)

inline begin_change(b)
{
    atomic { assert(!changing[b]); changing[b] = true }
}

inline end_change(b)
{
    changing[b] = false
}

inline pair_lock(me, from, to)
{
#ifdef FROM_FIRST
    BUCKET_LOCK(me, from);
    BUCKET_LOCK(me, to)
#else
    BUCKET_LOCK(me, A);
    BUCKET_LOCK(me, B)
#endif
}

/* bucket_lock() of the one that the waiter is in. `b` is NOWHERE if it was woken. */
inline waiter_lock()
{
    do
    :: b = LOAD(WAITER, BUCKET);
        BUCKET_LOCK(WAITER, b);
#ifdef NO_WOKEN_LOOK
        woken = false;
#else
        woken = LOAD(WAITER, WOKEN);
#endif
        if
#ifdef NO_SECOND_LOOK
        :: !woken -> break
#else
        :: !woken && LOAD(WAITER, BUCKET) == b -> break
#endif
        :: else ->
            BUCKET_UNLOCK(WAITER, b);
            if
            :: woken -> b = NOWHERE; break
            :: else
            fi
        fi
    od
}

/* sleep_queued() */
inline sleep()
{
    do
    :: (FENCE(WAITER) && memory[STATE] == 0) || expired ->
        woken = LOAD(WAITER, WOKEN);
        if
        :: woken -> break
        :: else
        fi;
        waiter_lock();
        if
        :: b == NOWHERE -> break
        :: else ->
            if
            :: expired ->
                begin_change(b);
                assert(list == b);
                list = NOWHERE;
                end_change(b);
                FETCH_ADD(WAITER, COUNT + b, -1, old);
                BUCKET_UNLOCK(WAITER, b);
                break
            :: else ->
                EXCHANGE(WAITER, STATE, 1, old);
                BUCKET_UNLOCK(WAITER, b)
            fi
        fi
    od
}

/* futex_wait() at A */
proctype waiter()
{
    byte old, b;
    bool woken;

    BUCKET_LOCK(WAITER, A);
    FETCH_ADD(WAITER, COUNT + A, 1, old);
    if
    :: LOAD(WAITER, WORD) != 0 ->
        FETCH_ADD(WAITER, COUNT + A, -1, old);
        BUCKET_UNLOCK(WAITER, A)
    :: else ->
        STORE(WAITER, BUCKET, A);
        begin_change(A);
        list = A;
        end_change(A);
        EXCHANGE(WAITER, STATE, 1, old);
        BUCKET_UNLOCK(WAITER, A);
        sleep()
    fi;
    gone = true
}

/* futex_requeue(): wakes nobody, moves all. CMP_REQUEUE's look at the word changes nothing here. */
inline requeue(me, from, to)
{
    pair_lock(me, from, to);
    begin_change(from);
    found = list == from;
    if
    :: found ->
        TOUCH_WAITER;
        list = NOWHERE;
        end_change(from);
#ifndef COUNT_STAYS
        FETCH_ADD(me, COUNT + from, -1, old);
        FETCH_ADD(me, COUNT + to, 1, old);
#endif
#ifdef ONE_LOCK
        BUCKET_UNLOCK(me, from);
#endif
#ifndef POINTER_LATE
        TOUCH_WAITER;
        STORE(me, BUCKET, to);
#endif
        begin_change(to);
        TOUCH_WAITER;
        list = to;
        end_change(to)
#ifdef ONE_LOCK
        ;
        BUCKET_UNLOCK(me, to)
#endif
    :: else ->
        end_change(from)
#ifdef ONE_LOCK
        ;
        BUCKET_UNLOCK(me, from);
        BUCKET_UNLOCK(me, to)
#endif
    fi;
#ifndef ONE_LOCK
    BUCKET_UNLOCK(me, B);
    BUCKET_UNLOCK(me, A);
#endif
#ifdef POINTER_LATE
    if
    :: found -> TOUCH_WAITER; STORE(me, BUCKET, to)
    :: else
    fi;
#endif
    found = false
}

/* futex_wake() */
inline wake(me, at)
{
    FENCE(me);
    if
    :: LOAD(me, COUNT + at) == 0
    :: else ->
        BUCKET_LOCK(me, at);
        begin_change(at);
        found = list == at;
        if
        :: found ->
            TOUCH_WAITER;
            list = NOWHERE;
            FETCH_ADD(me, COUNT + at, -1, old);
            TOUCH_WAITER;
            STORE(me, WOKEN, 1)
        :: else
        fi;
        end_change(at);
        BUCKET_UNLOCK(me, at);
        if
        :: found -> atomic { FENCE(me); memory[STATE] = 0 } /* task_wake() */
        :: else
        fi
    fi
}

proctype mover()
{
    byte old;
    bool found;

    STORE(MOVER, WORD, 1); /* the application's */
    requeue(MOVER, A, B);
    wake(MOVER, B)
}

proctype back()
{
    byte old;
    bool found;

    requeue(BACK, B, A);
    wake(BACK, A)
}

/* The waiter's time ends, as a signal does it, or it does not. */
proctype clock()
{
    if
    :: expired = true
    :: true
    fi
}

/* A late wake-up of an earlier sleep. */
proctype other()
{
    memory[STATE] = 0
}

init
{
    atomic {
        run waiter();
        run mover();
        run back();
        run clock();
        run other()
    }
    atomic {
        _nr_pr == CORES + 1 && FENCE(WAITER) && FENCE(MOVER) && FENCE(BACK);
        assert(memory[COUNT + A] == 0 && memory[COUNT + B] == 0 && list == NOWHERE)
    }
}
