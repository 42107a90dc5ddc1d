/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pt_unmap() of a small range beside page faults in the same 2 MiB: unmap_small() and pt_make() in
 * kernel/arch/x86_64/page_table.c.
 *
 * Two VMAs lie in the range of one table of 4 KiB entries. One of them is being unmapped: nobody
 * faults in it any more, which is what page_fault.pml shows. Two cores fault in the other, whose
 * pages keep the table from being spare. Invariants: what the faults have mapped stays mapped; a
 * table that is in use is not given up; the unmapped range has no page afterwards.
 */
/* mistake: LOOK_TWICE an entry that was seen empty is looked at again, and cleared if it is full */
/* mistake: PLAIN_INSTALL a table is stored without looking whether another core was first */

#define EMPTY 0 /* the entry of level 1; else the number of the table */

byte slot = EMPTY;
byte tables;       /* made so far */
bool old_page;     /* in table 1, of the VMA that is unmapped */
bool mapped[6];    /* by table and core: 2 * (table - 1) + core */
byte done;

proctype unmap()
{
    byte seen = slot;

    if
    :: seen != EMPTY -> old_page = false
    :: else ->
#ifdef LOOK_TWICE
        if
        :: slot != EMPTY -> slot = EMPTY /* taken for a page of 2 MiB */
        :: else
        fi
#else
        skip
#endif
    fi
    done++
}

proctype touch(byte core)
{
    byte seen = slot, new;

    if
    :: seen == EMPTY ->
        atomic { tables++; new = tables }
#ifdef PLAIN_INSTALL
        slot = new;
        seen = new
#else
        atomic { /* compare and exchange */
            if
            :: slot == EMPTY -> slot = new
            :: else /* another was first: `new` is kept for later */
            fi;
            seen = slot
        }
#endif
    :: else
    fi;
    mapped[2 * (seen - 1) + core] = true;
    done++
}

init
{
    atomic {
        if
        :: tables = 1; slot = 1; old_page = true
        :: skip
        fi;
        run unmap();
        run touch(0);
        run touch(1)
    }
    done == 3;
    assert(slot != EMPTY);
    assert(mapped[2 * (slot - 1)] && mapped[2 * (slot - 1) + 1]);
    assert(!old_page)
}
