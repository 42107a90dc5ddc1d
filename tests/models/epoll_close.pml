/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An item of an epoll set, which holds no reference of its file: kernel/fs/epoll.c,
 * poll_item() in kernel/fs/epoll_ready.c, file_last_put() in kernel/fs/file.c.
 *
 * One task takes events of the set, which polls the item's file, and then closes the
 * set; another closes the file, whose memory becomes another file. Invariant: the file
 * that is polled is the one that was added, and has references meanwhile; no waiter is on
 * its queues when it is released.
 */
/* mistake: LATE_GET the reference for polling is tried after the set's lock was dropped */
/* mistake: BLIND_GET the reference is taken whether or not there is one */
/* mistake: UNLINK_FIRST the item leaves its file's list before its waiters leave the queues */

#define CORES    2
#define USER     0 /* of the set */
#define CLOSER   1
#define REFS     0 /* cells: the file's references, whether it has watchers, two locks */
#define WATCHERS 1
#define FILES    2
#define READY    3
#define CELLS    4
#define BUFFER   3
#include "tso.inc"

bool hooked = true;  /* a waiter is on the file's queue; under the queue's lock */
bool in_tree = true; /* under READY */
byte identity = 1;   /* of the file in the memory */
bool released;       /* that file; the memory is not yet another one */

inline lock(me, cell)
{
    do
    :: EXCHANGE(me, cell, 1, old);
        if
        :: old == 0 -> break
        :: else -> LOAD(me, cell) == 0
        fi
    od
}

inline unlock(me, cell)
{
    STORE(me, cell, 0)
}

/* FILES is held. */
inline remove_item(me)
{
#ifdef UNLINK_FIRST
    STORE(me, WATCHERS, 0);
    atomic { FENCE(me); hooked = false };
#else
    atomic { FENCE(me); hooked = false }; /* under the queue's lock */
    STORE(me, WATCHERS, 0);
#endif
    lock(me, READY);
    in_tree = false;
    unlock(me, READY)
}

inline put(me)
{
    FETCH_ADD(me, REFS, -1, old);
    if
    :: old == 1 ->
        if
        :: LOAD(me, WATCHERS) == 0
        :: else ->
            lock(me, FILES);
            if
            :: LOAD(me, WATCHERS) != 0 -> remove_item(me)
            :: else
            fi;
            unlock(me, FILES)
        fi;
        atomic { assert(!hooked && !released && identity == 1); released = true };
        atomic { FENCE(me); memory[REFS] = 1; identity = 2; released = false } /* the next file */
    :: else
    fi
}

inline try_get(me)
{
#ifdef BLIND_GET
    FETCH_ADD(me, REFS, 1, old);
    ok = 1
#else
    do
    :: old = LOAD(me, REFS);
        if
        :: old == 0 -> ok = 0; break
        :: else -> COMPARE_EXCHANGE(me, REFS, old, old + 1, ok);
            if
            :: ok -> break
            :: else
            fi
        fi
    od
#endif
}

proctype user()
{
    byte old, ok;

    lock(USER, READY);
    if
    :: in_tree ->
#ifdef LATE_GET
        unlock(USER, READY);
        try_get(USER);
#else
        try_get(USER);
        unlock(USER, READY);
#endif
        if
        :: ok -> assert(identity == 1 && !released); put(USER)
        :: else
        fi
    :: else -> unlock(USER, READY)
    fi;
    lock(USER, FILES); /* the last close of the set */
    if
    :: in_tree -> remove_item(USER)
    :: else
    fi;
    unlock(USER, FILES)
}

proctype closer()
{
    byte old;

    put(CLOSER)
}

init
{
    atomic {
        memory[REFS] = 1;
        memory[WATCHERS] = 1;
        run user();
        run closer()
    }
}
