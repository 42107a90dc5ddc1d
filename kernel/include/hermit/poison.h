/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Detection of uses after free, in the debug and the chaos kernel (HERMIT_POISON);
 * empty in any other. Freed objects are filled with a pattern that is no valid
 * pointer, wait in a FIFO of the core that freed them, and are checked for writes when
 * they leave it and again when they are allocated. An object that already holds the
 * pattern when it is freed was freed before.
 */
#ifndef HERMIT_POISON_H
#define HERMIT_POISON_H

#include <hermit/types.h>

#ifdef HERMIT_POISON

#define QUARANTINE_OBJECTS 128         /* per core */
#define QUARANTINE_BYTES   (64U << 10) /* per core: machines may have few MiB */
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

/* Adds a freed object; panics if it was freed before. Call quarantine_take() afterwards, to make
 * room. Interrupts off. */
void quarantine_put(struct quarantine *q, void *p, size_t n, const void *freed_by);
/* Takes the oldest object while there are too many (`all`: while there are any), still poisoned;
 * NULL: none. Panics if it was written to. Interrupts off. */
void *quarantine_take(struct quarantine *q, bool all);

/* For an object that is allocated: panics if it was written to, then fills it with another
 * pattern. */
void poison_alloc(void *p, size_t n);

/* The two steps alone, for memory kept for objects of one type. `what` names the type. */
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
