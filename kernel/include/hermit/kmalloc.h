/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel objects. Slab caches for fixed sizes, kmalloc for the rest (power-of-two
 * caches, whole blocks above one page). Returned memory is aligned to 16 bytes,
 * to a cache line where the size is a multiple of one. Any context but NMI; takes
 * no lock that callers know.
 */
#ifndef HERMIT_KMALLOC_H
#define HERMIT_KMALLOC_H

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
};

void slab_init(void); /* CPU 0, once, after frame_init; a core's slab_cpu starts as zeros */

void *kmalloc(size_t size); /* NULL: out of memory */
void *kzalloc(size_t size);
void *krealloc(void *p, size_t size); /* NULL: out of memory, p stays */
void kfree(void *p);                  /* NULL is fine */

struct kmem_cache;
/* `align`: a power of two up to 64, 0: as kmalloc. NULL: no cache left, or size > KMEM_OBJECT_MAX.
 * Caches of the same size may be one. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align);
void *kmem_cache_alloc(struct kmem_cache *c);
void kmem_cache_free(struct kmem_cache *c, void *p);

#endif
