/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel objects. Slab caches for fixed sizes, kmalloc for the rest (caches of 14
 * sizes, whole blocks beyond). Returned memory is aligned to 16 bytes, to a cache
 * line where the size is a multiple of one. Any context but NMI; takes only locks
 * of its own.
 *
 * kmalloc, kzalloc and krealloc are for objects that a program can create without
 * limit: they fail while there is memory left to page and to exit. kmalloc_for() is for
 * other purposes: FRAME_FAULT for memory that a call frees before it returns or needs
 * to free something, FRAME_CRITICAL for reports and exits (hermit/frame_alloc.h).
 */
#ifndef HERMIT_KMALLOC_H
#define HERMIT_KMALLOC_H

#include <hermit/frame_alloc.h>
#include <hermit/poison.h>
#include <hermit/types.h>

#define KMEM_CACHES_MAX 40
#define KMEM_MAGAZINE   15
#define KMEM_OBJECT_MAX 2048 /* bytes; larger requests are whole blocks of frames */

/* Free objects that a core keeps for itself; touched only by that core with interrupts off. */
struct slab_cpu {
    struct magazine {
        uint64_t nr;
        void *object[KMEM_MAGAZINE];
    } magazine[KMEM_CACHES_MAX];
#ifdef HERMIT_POISON
    struct quarantine quarantine;
#endif
};
struct cpu;
struct slab_cpu *cpu_slab(struct cpu *c); /* kernel/cpu.c */

SMALL void slab_init(void); /* CPU 0, once, after frame_init; a core's slab_cpu starts as zeros */

void *kmalloc(size_t size);                     /* NULL: out of memory */
void *kmalloc_for(size_t size, unsigned flags); /* FRAME_FAULT or FRAME_CRITICAL */
void *kzalloc(size_t size);
void *krealloc(void *p, size_t size); /* NULL: out of memory, p stays */
void kfree(void *p);                  /* NULL is allowed */

struct kmem_cache;
/* `align`: a power of two up to 64; 0: as kmalloc. NULL: no cache left, or size >
 * KMEM_OBJECT_MAX. */
SMALL struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align);
void *kmem_cache_alloc(struct kmem_cache *c, unsigned flags); /* of enum frame_flags */
void kmem_cache_free(struct kmem_cache *c, void *p);

#endif
