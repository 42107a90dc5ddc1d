/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page faults beside who changes the address space: kernel/vm/mm_lock.c.
 *
 * One core faults in a VMA, another on the other side of it in the tree, so that its
 * look-up passes by; a third holds the VMA while it takes a page out, then removes it
 * and frees it. Invariants: nobody is in a VMA while pages are taken from it, and its
 * memory is not looked at after it was freed.
 */
/* mistake: PLAIN_ANNOUNCE the fault announces itself by a store without a barrier */
/* mistake: NO_FENCE no barrier between the change and the look at the faults */
/* mistake: DRAIN_FIRST the look at the faults comes before the change */
/* mistake: ONLY_IN_RANGE look-ups for other addresses are not waited for */
/* mistake: ANNOUNCE_LATE in its turn, a fault announces itself after the unlock */
/* mistake: NO_HELD the fault does not look whether the VMA is held */

#define HERE  0 /* the core that faults in the VMA */
#define OTHER 1 /* the one that passes by */
#define ME    2 /* the one that changes */
#define CORES 3
/* cells: 0 and 1 are the cores' vm.fault */
#define SEQUENCE 2
#define LINKED   3
#define HELD     4
#define CELLS    5
#define BUFFER   3
#include "tso.inc"

/* vm.fault, without the address */
#define NONE     0
#define IN_HERE  1
#define LOOKS    2
#define LOOKS_BY 3 /* for another address */
#define IN_OTHER 4

bool lock = false;   /* mm.lock */
bool taking = false; /* pages are being taken */
bool freed = false;  /* the VMA's memory */

#define TAKE_LOCK(core) atomic { FENCE(core) && !lock -> lock = true }
#define DROP_LOCK(core) atomic { FENCE(core) -> lock = false }

inline announce(core, what)
{
#ifdef PLAIN_ANNOUNCE
    STORE(core, core, what)
#else
    EXCHANGE(core, core, what, old)
#endif
}

inline work()
{
    assert(!freed && !taking);
    assert(!freed && !taking); /* some time later */
    STORE(HERE, HERE, NONE)
}

/* Finds the VMA if it is linked, and reads it. */
inline look(core)
{
    before = LOAD(core, SEQUENCE);
    found = LOAD(core, LINKED);
    if
    :: found -> assert(!freed); held = LOAD(core, HELD)
    :: else
    fi;
#ifdef NO_HELD
    held = 0;
#endif
    after = LOAD(core, SEQUENCE)
}

proctype fault_here()
{
    byte old, before, found, held, after, round;

    do
    :: round == 2 -> break
    :: else ->
        round++;
        announce(HERE, LOOKS);
        look(HERE);
        if
        :: before == after && before % 2 == 0 && found && !held ->
            STORE(HERE, HERE, IN_HERE);
            work()
        :: else -> /* in turn */
            STORE(HERE, HERE, NONE);
            TAKE_LOCK(HERE);
            found = LOAD(HERE, LINKED);
#ifndef ANNOUNCE_LATE
            if
            :: found -> STORE(HERE, HERE, IN_HERE)
            :: else
            fi;
#endif
            DROP_LOCK(HERE);
            if
            :: found ->
#ifdef ANNOUNCE_LATE
                announce(HERE, IN_HERE);
#endif
                work()
            :: else
            fi
        fi
    od
}

proctype fault_elsewhere()
{
    byte old, before, found, held, after;

    announce(OTHER, LOOKS_BY);
    look(OTHER);
    STORE(OTHER, OTHER, IN_OTHER); /* works in a VMA of its own */
    STORE(OTHER, OTHER, NONE)
}

/* One core's vm.fault until it is not in the way any more. */
inline wait_for(core)
{
    first = LOAD(ME, core);
    do
    :: now = LOAD(ME, core);
       if
       :: (first == LOOKS || first == IN_HERE) && (now == LOOKS || now == IN_HERE)
#ifndef ONLY_IN_RANGE
       :: first == LOOKS_BY && now == LOOKS_BY
#endif
       :: else -> break
       fi
    od
}

inline drain()
{
#ifndef NO_FENCE
    FENCE(ME);
#endif
    wait_for(HERE);
    wait_for(OTHER)
}

/* Changes a cell of the tree. */
inline change(cell, value)
{
    STORE(ME, SEQUENCE, sequence + 1);
    STORE(ME, cell, value);
    STORE(ME, SEQUENCE, sequence + 2);
    sequence = sequence + 2
}

proctype changer()
{
    byte sequence, first, now;

    TAKE_LOCK(ME);
#ifdef DRAIN_FIRST
    drain();
    change(HELD, 1);
#else
    change(HELD, 1);
    drain();
#endif
    taking = true;
    taking = false;
    change(HELD, 0);
    DROP_LOCK(ME);

    TAKE_LOCK(ME);
#ifdef DRAIN_FIRST
    drain();
    change(LINKED, 0);
#else
    change(LINKED, 0);
    drain();
#endif
    atomic { taking = true; freed = true }
    DROP_LOCK(ME)
}

init
{
    atomic {
        memory[LINKED] = 1;
        run fault_here();
        run fault_elsewhere();
        run changer()
    }
}
