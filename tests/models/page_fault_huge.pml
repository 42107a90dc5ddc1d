/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A border through the range of a 2 MiB page, beside page faults: mm_split_page() and
 * its callers in kernel/vm/, fault_anonymous() in kernel/vm/vm_fault.c.
 *
 * A VMA has the range of one such page, here of two small pages. One core writes to the
 * lower, one to the upper; a third unmaps the upper or takes the permission to write
 * from it. Invariants: what was written to the lower page stays, and so does its
 * permission; the upper page is not mapped, or not writable, afterwards; frames are
 * neither lost nor freed twice; no fault finds memory missing.
 *
 * That a fault enters a VMA in one step, beside who holds it, changes it and waits, is
 * what page_fault.pml shows, with store buffers. Here they do not matter: entries are
 * installed by compare-and-exchange, and what a side stores is seen in that order.
 */
/* mistake: SPLIT_BEFORE_HOLD the page is split, then the VMA is held */
/* mistake: NO_HOLD the VMA is not held at all */
/* mistake: NO_DRAIN the faults that are in the VMA when it is held are not waited for */
/* mistake: RELEASE_EARLY the VMA is let go of once the page is split, before the border is there */
/* mistake: TOUCHED_EARLY whether the VMA has pages at all is looked at before it is held */

#define LOWER 0 /* pages, the cores that write to them, and the VMAs in which they end up */
#define UPPER 1

/* Entries of level 1; that of a huge page is HUGE + the core that made it. */
#define EMPTY 0
#define TABLE 1
#define HUGE  2

/* Frames: core n's huge page is made of 2n and 2n + 1, its small page is 4 + n. */
#define FRAMES       6
#define HUGE_FRAME(n, page) (2 * (n) + (page))
#define SMALL_FRAME(n)      (4 + (n))
#define NO_FRAME     7

/* vm.fault, with the address */
#define NONE   0
#define IN(page) (1 + (page))

bool lock;          /* mm.lock */
byte fault[2];      /* the cores' vm.fault */
bool split;         /* the border is there: the lower VMA ends at it */
bool upper_linked;  /* above it there is a VMA */
bool upper_writes = true;
bool held[2], touched[2];

byte slot = EMPTY; /* the level-1 entry, and whether it allows writes */
bool slot_writes;
byte entry[2] = NO_FRAME; /* the table below it */
bool entry_writes[2];

bool used[FRAMES], written[FRAMES];
bool unmapped;

inline take(frame)
{
    assert(!used[frame]);
    used[frame] = true;
    written[frame] = false
}

inline give_back(frame)
{
    assert(used[frame]);
    used[frame] = false
}

/* The frame that the processor would find for a page. */
#define FRAME_OF(page) \
    (slot >= HUGE -> HUGE_FRAME(slot - HUGE, page) : (slot == TABLE -> entry[page] : NO_FRAME))
#define WRITABLE(page) (slot >= HUGE -> slot_writes : entry_writes[page])

/* The VMA of a page; there is one for the lower page always. */
#define MAPPED(page)   (page == LOWER || !split || upper_linked)
#define VMA_OF(page)   (page == UPPER && split -> UPPER : LOWER)
#define WRITES(vma)    (vma == LOWER || upper_writes)

/* A compare-and-exchange of the level-1 entry from EMPTY. */
inline install_huge(me)
{
    atomic { take(HUGE_FRAME(me, 0)); take(HUGE_FRAME(me, 1)) }
    atomic {
        if
        :: slot == EMPTY -> slot = HUGE + me; slot_writes = true; done = true
        :: else -> give_back(HUGE_FRAME(me, 0)); give_back(HUGE_FRAME(me, 1))
        fi
    }
}

/* fault_anonymous(), inside `vma`, which allows writes. */
inline work(me, vma)
{
    touched[vma] = true;
    done = false;
    now = slot;
    if
    :: now == EMPTY && vma == LOWER ->
        whole = !split; /* the VMA's end */
        if
        :: whole -> install_huge(me)
        :: true /* a huge page is not wished */
        fi
    :: now == EMPTY && vma == UPPER
    :: now == TABLE
    :: now >= HUGE -> done = true
    fi;
    if
    :: done
    :: else -> /* pt_below() */
        now = slot;
        if
        :: now == EMPTY ->
            atomic {
                if
                :: slot == EMPTY -> slot = TABLE
                :: else
                fi;
                now = slot
            }
        :: else
        fi;
        if
        :: now >= HUGE -> assert(slot >= HUGE) /* else: out of memory */
        :: else ->
            if
            :: entry[me] != NO_FRAME
            :: else ->
                atomic { take(SMALL_FRAME(me)) }
                atomic { /* a compare-and-exchange, too; nobody else brings in this page */
                    entry[me] = SMALL_FRAME(me);
                    entry_writes[me] = true
                }
            fi
        fi
    fi
}

/* mm_enter(), and the look at the permissions. `vma` is NONE, or the VMA + 1. */
inline enter(me)
{
    if
    :: atomic { /* the sequence was the same before and after */
           MAPPED(me) && !held[VMA_OF(me)] -> vma = VMA_OF(me) + 1; fault[me] = IN(me)
       }
    :: atomic { !lock -> lock = true } /* in turn: there is nothing, or it is held */
        atomic {
            if
            :: MAPPED(me) -> assert(!held[VMA_OF(me)]); vma = VMA_OF(me) + 1; fault[me] = IN(me)
            :: else -> vma = NONE
            fi
        }
        lock = false
    fi
}

/* Writes to its page; if that cannot be done, a fault, and again. */
proctype writer(byte me)
{
    byte now, vma;
    bool done, whole;

    do
    :: atomic {
           FRAME_OF(me) != NO_FRAME && WRITABLE(me) ->
           assert(used[FRAME_OF(me)]);
           written[FRAME_OF(me)] = true
       }
        break
    :: FRAME_OF(me) == NO_FRAME || !WRITABLE(me) ->
        enter(me);
        if
        :: vma == NONE -> break /* SIGSEGV */
        :: else
        fi;
        if
        :: WRITES(vma - 1) -> work(me, vma - 1); fault[me] = NONE
        :: else -> fault[me] = NONE; break /* SIGSEGV */
        fi;
        assert(me == UPPER || WRITABLE(me)) /* else: it would fault for ever */
    od
}

/* One core's vm.fault until it is not in the way any more. */
inline wait_for(core)
{
    first = fault[core];
    first == NONE || fault[core] != first
}

inline drain()
{
    wait_for(LOWER);
    wait_for(UPPER)
}

inline hold(vma)
{
    held[vma] = true;
#ifndef NO_DRAIN
    drain()
#endif
}

/* pt_split(); the entry is looked at first. */
inline split_entry()
{
    now = slot;
    if
    :: now >= HUGE ->
        entry[LOWER] = HUGE_FRAME(now - HUGE, LOWER);
        entry[UPPER] = HUGE_FRAME(now - HUGE, UPPER);
        entry_writes[LOWER] = slot_writes;
        entry_writes[UPPER] = slot_writes;
        slot = TABLE
    :: else
    fi
}

/* mm_split_page() */
inline split_page()
{
#ifdef TOUCHED_EARLY
    some = touched[LOWER];
#endif
#if !defined(NO_HOLD) && !defined(SPLIT_BEFORE_HOLD)
    hold(LOWER);
#endif
#ifndef TOUCHED_EARLY
    some = touched[LOWER];
#endif
    if
    :: some -> split_entry()
    :: else
    fi;
#ifdef SPLIT_BEFORE_HOLD
    hold(LOWER);
#endif
#ifdef RELEASE_EARLY
    held[LOWER] = false;
#endif
}

/* What pt_unmap() does with the upper page's entry: a huge one goes whole. */
inline unmap_entry()
{
    atomic {
        if
        :: slot >= HUGE ->
            give_back(HUGE_FRAME(slot - HUGE, LOWER));
            give_back(HUGE_FRAME(slot - HUGE, UPPER));
            slot = EMPTY
        :: slot == TABLE && entry[UPPER] != NO_FRAME ->
            give_back(entry[UPPER]);
            entry[UPPER] = NO_FRAME
        :: else
        fi
    }
}

/* pt_protect() likewise. */
inline protect_entry()
{
    atomic {
        if
        :: slot >= HUGE -> slot_writes = false
        :: else -> entry_writes[UPPER] = false
        fi
    }
}

/* mm_unmap_locked() of the upper page. */
inline unmap()
{
    split_page();
    split = true;
    drain();
    if
    :: touched[LOWER] -> unmap_entry()
    :: else
    fi;
    unmapped = true
}

/* protect_one() of the upper page: mm_split_at(), then the new permission. */
inline protect()
{
    split_page();
    atomic { upper_linked = true; split = true }
    drain();
    touched[UPPER] = touched[UPPER] || touched[LOWER];
    upper_writes = false;
    drain();
    if
    :: touched[UPPER] -> hold(UPPER); protect_entry()
    :: else
    fi
}

proctype changer()
{
    byte first, now;
    bool some;

    atomic { !lock -> lock = true }
    if
    :: unmap()
    :: protect()
    fi;
    atomic { held[LOWER] = false; held[UPPER] = false }
    lock = false
}

init
{
    byte frame;

    atomic {
        run writer(LOWER);
        run writer(UPPER);
        run changer()
    }
    atomic {
        _nr_pr == 1 ->
        assert(FRAME_OF(LOWER) != NO_FRAME && WRITABLE(LOWER));
        assert(used[FRAME_OF(LOWER)] && written[FRAME_OF(LOWER)]);
        if
        :: unmapped -> assert(FRAME_OF(UPPER) == NO_FRAME)
        :: else -> assert(FRAME_OF(UPPER) == NO_FRAME || !WRITABLE(UPPER))
        fi;
        do
        :: frame == FRAMES -> break
        :: else ->
            assert(!used[frame] || frame == FRAME_OF(LOWER) || frame == FRAME_OF(UPPER));
            frame++
        od
    }
}
