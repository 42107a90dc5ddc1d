/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB shoot-down against a core that goes idle: kernel/arch/x86_64/tlb.c.
 *
 * Two cores each take a page away and free it; the third runs a task that may use
 * both, halts, and runs it again. Invariant: once a page is freed, a core that runs
 * a task holds no translation of it.
 */
/* mistake: ONE_COUNT the idling core saves the count of flushes begun */
/* mistake: SAVE_LATE it saves the count after it left the mask */
/* mistake: MASK_FIRST the flusher looks at the mask before it counts */
/* mistake: PLAIN_EXIT the mark "busy" is a store without a barrier */

#define FLUSHERS 2
#define ME       2 /* the core that goes idle */
#define CORES    3
#define BEGUN     2 /* cells 0 and 1: the pages' table entries, 1: gone */
#define ANNOUNCED 3
#define BUSY      4
#define CELLS     5
#include "tso.inc"

bool tlb[FLUSHERS] = true;     /* core ME holds the translation */
bool freed[FLUSHERS] = false;
bool runs = true;              /* core ME runs a task */
bool request[FLUSHERS] = false; /* an interrupt for core ME that was not served yet */

#ifdef ONE_COUNT
#define SAVED_COUNT BEGUN
#else
#define SAVED_COUNT ANNOUNCED
#endif

#define CHECK(page) assert(!(runs && tlb[page] && freed[page]))

proctype flusher(byte me)
{
    byte old;
    bool busy;

    STORE(me, me, 1);
#ifdef MASK_FIRST
    busy = LOAD(me, BUSY);
    FETCH_ADD(me, BEGUN, 1, old);
#else
    FETCH_ADD(me, BEGUN, 1, old);
    busy = LOAD(me, BUSY);
#endif
    FETCH_ADD(me, ANNOUNCED, 1, old);
    if
    :: busy -> request[me] = true; !request[me]
    :: else
    fi;
    atomic { freed[me] = true; CHECK(me) }
}

inline serve()
{
    if
    :: atomic { request[0] -> tlb[0] = false; request[0] = false }
    :: atomic { request[1] -> tlb[1] = false; request[1] = false }
    fi
}

proctype idler()
{
    byte old, saved, now, round;

    do
    :: serve() /* a task runs, interrupts on */
    :: LOAD(ME, 0) == 0 -> tlb[0] = true
    :: LOAD(ME, 1) == 0 -> tlb[1] = true
    :: round < 2 -> /* goes idle, interrupts off */
        round++;
        runs = false;
#ifdef SAVE_LATE
        FETCH_AND(ME, BUSY, 0, old);
        saved = LOAD(ME, SAVED_COUNT);
#else
        saved = LOAD(ME, SAVED_COUNT);
        FETCH_AND(ME, BUSY, 0, old);
#endif
        do /* halted */
        :: serve()
        :: break
        od;
#ifdef PLAIN_EXIT
        STORE(ME, BUSY, 1);
#else
        FETCH_OR(ME, BUSY, 1, old);
#endif
        now = LOAD(ME, BEGUN);
        atomic {
            if
            :: now != saved -> tlb[0] = false; tlb[1] = false
            :: else
            fi;
            runs = true;
            CHECK(0);
            CHECK(1)
        }
    :: round == 2 && freed[0] && freed[1] -> break
    od
}

init
{
    atomic {
        memory[BUSY] = 1;
        run flusher(0);
        run flusher(1);
        run idler()
    }
}
