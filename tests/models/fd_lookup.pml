/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors, a look-up without a lock against close and reuse of the file's
 * memory: slot_get() in kernel/fs/fd_table.c, file_try_get(), file_prepare().
 *
 * A descriptor is closed while two look it up; the memory becomes another file,
 * which first is somebody's own and may then appear at the same descriptor.
 * Invariant: who gets a file holds a reference of one that was at the descriptor,
 * complete; memory with references is not given to another file.
 */
/* mistake: NO_SECOND_LOOK the slot is not read again once the reference is there */
/* mistake: BLIND_GET the reference is taken whether or not there is one */
/* mistake: PUBLISH_FIRST a new file appears at the descriptor before its fields are there */

#define READERS 2
#define CORES   3
#define CLOSER  2
#define SLOT    0 /* cells; 1: the file */
#define REFS    1
#define FIELDS  2 /* which file the fields are of */
#define CELLS   3
#include "tso.inc"

byte identity = 1; /* of the file in the memory now */
bool in_slot[3];   /* identities that were at the descriptor */
bool free_memory;

/* What goes with the last reference. */
#define LAST_PUT atomic { assert(!free_memory); free_memory = true }

inline put(me)
{
    FETCH_ADD(me, REFS, -1, old);
    if
    :: old == 1 -> LAST_PUT
    :: else
    fi
}

proctype reader(byte me)
{
    byte old, got, ok;

    do
    :: if
        :: LOAD(me, SLOT) == 0 -> break /* EBADF */
        :: else
        fi;
#ifdef BLIND_GET
        FETCH_ADD(me, REFS, 1, old);
        ok = 1;
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
        od;
#endif
        if
        :: !ok /* look again */
        :: else ->
#ifndef NO_SECOND_LOOK
            if
            :: LOAD(me, SLOT) == 0 -> put(me); break
            :: else
            fi;
#endif
            got = LOAD(me, FIELDS);
            assert(!free_memory && got == identity && in_slot[got]);
            put(me);
            break
        fi
    od
}

proctype closer()
{
    byte old;

    STORE(CLOSER, SLOT, 0); /* fd_lock orders those who write */
    put(CLOSER);
    atomic { free_memory -> free_memory = false; identity = 2 } /* off the free list */
#ifndef PUBLISH_FIRST
    STORE(CLOSER, FIELDS, 2);
#endif
    STORE(CLOSER, REFS, 1);
    if
    :: atomic { in_slot[2] = true; STORE(CLOSER, SLOT, 1) }
    :: skip
    fi;
#ifdef PUBLISH_FIRST
    STORE(CLOSER, FIELDS, 2)
#endif
}

init
{
    atomic {
        memory[SLOT] = 1;
        memory[REFS] = 1;
        memory[FIELDS] = 1;
        in_slot[1] = true;
        run reader(0);
        run reader(1);
        run closer()
    }
}
