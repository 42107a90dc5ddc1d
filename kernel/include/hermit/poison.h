/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding uses of freed memory, in the debug and the chaos kernel (HERMIT_POISON);
 * empty in any other. Freed objects are filled with a pattern that is no pointer,
 * wait in a FIFO of the core that freed them, and are looked at when they leave it
 * and again when they are given out: who wrote meanwhile is reported. An object
 * that holds the pattern when it is freed has been freed before.
 */
#ifndef HERMIT_POISON_H
#define HERMIT_POISON_H

#include <hermit/types.h>

#ifdef HERMIT_POISON

#define QUARANTINE_OBJECTS 128         /* of a core */
#define QUARANTINE_BYTES   (64U << 10) /* of a core: machines may have few MiB */
#define POISON_LINK        2           /* bytes of a free object that its slab uses */

struct quarantine {
    struct quarantined {
        void *object;
        const void *freed_by; /* return address */
        size_t size;
    } object[QUARANTINE_OBJECTS];
    unsigned first, nr; /* counts; nr − first are in it */
    size_t bytes;
};

/* An object is freed: panics if it was already. Room is made by quarantine_take() afterwards.
 * Interrupts off. */
void quarantine_put(struct quarantine *q, void *p, size_t n, const void *freed_by);
/* The oldest object while there are too many (`all`: any at all), still poisoned; NULL: none.
 * Panics if it was written to. Interrupts off. */
void *quarantine_take(struct quarantine *q, bool all);

/* A free object is given out: panics if it was written to, then fills it with another pattern. */
void poison_alloc(void *p, size_t n);

/* The two steps by hand, for memory that is kept for objects of one type. `what` names it. */
void poison_fill(void *p, size_t n);
void poison_check(const void *p, size_t n, const char *what, const void *freed_by);

#else

static inline void poison_alloc(void *p, size_t n)
{
    (void)p;
    (void)n;
}

static inline void poison_fill(void *p, size_t n)
{
    (void)p;
    (void)n;
}

static inline void poison_check(const void *p, size_t n, const char *what, const void *freed_by)
{
    (void)p;
    (void)n;
    (void)what;
    (void)freed_by;
}

#endif

#endif
