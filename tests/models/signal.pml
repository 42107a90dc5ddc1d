/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A signal for the process against threads that change their masks or end:
 * notify_process() in kernel/process/signal_target.c, signal_set_mask() in signal_mask.c,
 * task_signals_free() in signal_queue.c.
 *
 * The sender tells one thread that can take the signal. A unblocks it, blocks it,
 * or ends; B unblocks it. Invariant: when all are through, a signal that is pending
 * and that a living thread would take was told to one that would.
 */
/* mistake: SENDER_PLAIN the sender looks at the masks without a barrier */
/* mistake: MASK_PLAIN a mask is stored without a barrier before the look at what is pending */
/* mistake: NO_RELAY who blocks a signal does not tell others of it */
/* mistake: END_SILENT a thread that ends does not tell others */

#define CORES   3
#define A       0
#define B       1
#define SENDER  2
#define PENDING 0 /* cells */
#define BLOCKED 1 /* of A and B */
#define CELLS   3
#include "tso.inc"

bool told[2], alive[2] = true, through[CORES];
bool table; /* tasks.lock */

/* Walks over the threads under tasks.lock. With mistakes the lock must not help: no barrier here. */
inline notify(me)
{
    atomic { !table -> table = true }
    if
    :: alive[A] && LOAD(me, BLOCKED + A) == 0 -> told[A] = true
    :: else ->
        if
        :: alive[B] && LOAD(me, BLOCKED + B) == 0 -> told[B] = true
        :: else
        fi
    fi;
    table = false
}

inline set_mask(me, mask)
{
#ifdef MASK_PLAIN
    STORE(me, BLOCKED + me, mask)
#else
    EXCHANGE(me, BLOCKED + me, mask, old)
#endif
}

inline unblock(me)
{
    set_mask(me, 0);
    if
    :: LOAD(me, PENDING) -> told[me] = true
    :: else
    fi
}

proctype sender()
{
    STORE(SENDER, PENDING, 1);
#ifndef SENDER_PLAIN
    FENCE(SENDER);
#endif
    notify(SENDER);
    through[SENDER] = true
}

proctype thread_a()
{
    byte old;

    if
    :: unblock(A)
    :: unblock(A);
        set_mask(A, 1);
#ifndef NO_RELAY
        if
        :: LOAD(A, PENDING) -> notify(A)
        :: else
        fi
#endif
    :: unblock(A);
        FENCE(A);
        atomic { !table -> alive[A] = false }
#ifndef END_SILENT
        if
        :: LOAD(A, PENDING) -> notify(A)
        :: else
        fi
#endif
    fi;
    through[A] = true
}

proctype thread_b()
{
    byte old;

    unblock(B);
    through[B] = true
}

init
{
    atomic {
        memory[BLOCKED + A] = 1;
        memory[BLOCKED + B] = 1;
        run sender();
        run thread_a();
        run thread_b()
    }
    through[A] && through[B] && through[SENDER] &&
        FENCE(A) && FENCE(B) && FENCE(SENDER);
    assert(told[B] || (told[A] && alive[A] && memory[BLOCKED + A] == 0))
}
