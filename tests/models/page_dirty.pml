/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dirty pages of files at a server: kernel/fs/page_writeback.c, page_cache_drop(),
 * page_cache_get_page(), vm_file_fault(), vm_file_clean() and vm_file_unmap().
 *
 * A program stores into a shared page, through faults; somebody writes the page to
 * the server, somebody else takes it away, and a third one, fsync or a read past the
 * pages, waits until what is stored is there. A store is a number; what the server,
 * or the page while it is dirty, has last must be the program's last store.
 * Invariants: a store goes to no frame that the file has not, and none such stays
 * mapped; when all is over, the program's last store is in a dirty page or at the server.
 */
/* mistake: NO_DRAIN mappings are protected without waiting for the fault that is in them */
/* mistake: SEND_FIRST the page is sent before stores into it are stopped */
/* mistake: MAP_BUSY a page that somebody owns is handed out to a fault */
/* mistake: CLEAN_EARLY a page counts as clean while it is being sent */

#define STORES 2

bool there = true;     /* the page is in the cache; its number is its frame's: one after the other */
bool busy, dirty;
byte page = 0, server = 0; /* contents: the last store in it */
byte generation = 0;       /* of the frame that the cache has */
bool mapped, writable;     /* the program's entry */
byte mapped_generation;
bool entered;              /* the fault is in the VMA */
byte last = 0;             /* the program's last store */
bool over;

/* One fault: what the kernel does in the VMA, or waits for outside. */
inline fault(ok, store)
{
    byte got;
    entered = true;
    atomic { /* page_cache_get_page(), c->lock */
        if
#ifdef MAP_BUSY
        :: there -> ok = 1; got = generation; dirty = dirty || store
#else
        :: there && !busy -> ok = 1; got = generation; dirty = dirty || store
#endif
        :: else -> ok = 0
        fi
    }
    if
    :: ok ->
        atomic {
            if
            :: store || !mapped ->
                mapped = true;
                writable = store;
                mapped_generation = got
            :: else /* pt_install(): there is an entry */
            fi
        }
    :: else
    fi;
    entered = false;
    if
    :: !ok -> /* page_cache_fill() */
        if
        :: atomic { !busy && !there -> busy = true }
            atomic { page = server; generation++; there = true; busy = false }
        :: !busy && there
        fi
    :: else
    fi
}

proctype program()
{
    byte i = 1, ok;

    do
    :: i > STORES -> break
    :: else ->
        do
        :: atomic {
               mapped && writable -> /* the store itself */
               assert(there && mapped_generation == generation);
               page = i;
               last = i;
               i++
           }
           break
        :: !mapped -> fault(ok, false)
        :: !(mapped && writable) -> fault(ok, true)
        od
    od;
    over = true;
    fault(ok, false) /* looks once more */
}

/* vm_file_clean() and vm_file_unmap() hold the VMA: no fault is in it, and none enters. */
#ifdef NO_DRAIN
#define HELD(entry) atomic { entry = false }
#else
#define HELD(entry) atomic { !entered -> entry = false }
#endif

proctype writer()
{
    byte sent;

end:
    do
    :: over && !entered && !dirty && !busy -> break
#ifdef CLEAN_EARLY
    :: atomic { there && !busy && dirty -> busy = true; dirty = false }
#else
    :: atomic { there && !busy && dirty -> busy = true }
#endif
#ifdef SEND_FIRST
       sent = page;
#endif
       HELD(writable);
#ifndef SEND_FIRST
       sent = page;
#endif
       server = sent;
#ifdef CLEAN_EARLY
       busy = false
#else
       atomic { dirty = false; busy = false }
#endif
    od
}

/* page_cache_write_back() by somebody else: there is nothing to write. */
proctype asker()
{
    byte before;

    before = last; /* at any time */
    atomic { !dirty -> assert(server >= before) }
}

proctype dropper()
{
    if
    :: atomic { there && !busy && !dirty -> busy = true }
        HELD(mapped);
        atomic {
            if
            :: !dirty -> there = false
            :: else
            fi;
            busy = false
        }
    :: skip /* it need not */
    fi
}

init
{
    atomic {
        run program();
        run writer();
        run asker();
        run dropper()
    }
    (_nr_pr == 1 && !dirty && !busy);
    assert(server == last);
    assert(!mapped || (there && mapped_generation == generation))
}
