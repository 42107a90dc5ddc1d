/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A page fault that brings in more than its own page, while a border is made at its
 * address or somewhere below: run_length() in kernel/vm/vm_fault.c.
 *
 * Four pages: 0 and 1 are mapped in one VMA, 2 is its last, 3 is another's, a guard. The fault is
 * at page 1 and may bring in page 2. Its side is in the VMA before the border is
 * published, or is waited for: page_fault.pml. The other makes 0 or 1 the border, above
 * which a new VMA has what the old one loses. Invariants: the fault's own page is there
 * when it leaves; no page is in the guard.
 */
/* mistake: NO_LOOK the fault takes the VMA's end for one above its address */
/* mistake: ROOM_TWICE it reads the end once to compare and once more to subtract */

#define FAULT 0
#define OTHER 1
#define CORES 2
#define END   0 /* of the fault's VMA, in pages */
#define CELLS 1
#include "tso.inc"

#define ADDRESS 1
#define LAST    4 /* pages that the table has room for */

bool present[LAST];
bool in_vma = true;

inline run_length()
{
    end = LOAD(FAULT, END);
#ifndef NO_LOOK
    if
    :: end <= ADDRESS -> nr = 1
    :: else ->
#ifdef ROOM_TWICE
        end = LOAD(FAULT, END);
#endif
        nr = end - ADDRESS
    fi;
#else
    nr = end - ADDRESS;
#endif
    if
    :: nr > LAST - ADDRESS -> nr = LAST - ADDRESS
    :: else
    fi
}

proctype fault()
{
    byte end, nr, i; /* unsigned, as addresses are: −1 is many */

    run_length();
    do
    :: i < nr -> present[ADDRESS + i] = true; i++
    :: else -> break
    od;
    assert(present[ADDRESS] && !present[3]);
    in_vma = false
}

proctype other()
{
    if
    :: STORE(OTHER, END, 1)
    :: STORE(OTHER, END, 0)
    fi;
    FENCE(OTHER) && !in_vma /* only then what lies below is taken */
}

init
{
    atomic {
        memory[END] = 3;
        run fault();
        run other()
    }
}
