/* SPDX-License-Identifier: BSD-3-Clause */
/* The rest of the kernel as kernel/fs calls it, for unit tests: one thread, the host's memory. */
#include "stubs.h"

#include <hermit/kmalloc.h>
#include <hermit/process.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <stdlib.h>
#include <string.h>

uint64_t stub_fd_limit = 1024, stub_time;

uint64_t arch_clock_read(void)
{
    return stub_time;
}

void *kmalloc(size_t size)
{
    return malloc(size);
}

void *kmalloc_for(size_t size, unsigned flags)
{
    (void)flags;
    return malloc(size);
}

void *kzalloc(size_t size)
{
    return calloc(1, size);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
    static size_t sizes[4];
    static unsigned nr;
    (void)name;
    (void)align;
    sizes[nr] = size;
    return (struct kmem_cache *)&sizes[nr++];
}

void frame_stats(struct frame_stats *st)
{
    *st = (struct frame_stats){.total = 1UL << 30};
}

void *kmem_cache_alloc(struct kmem_cache *c, unsigned flags)
{
    (void)flags;
    return malloc(*(size_t *)c);
}

void kfree(void *p)
{
    free(p);
}

uint64_t rlimit_soft(unsigned resource)
{
    (void)resource;
    return stub_fd_limit;
}

const void *stub_hole;

/* The number of the n bytes at p that lie before the hole. */
static size_t before_hole(const void *p, size_t n)
{
    uintptr_t start = (uintptr_t)p, hole = (uintptr_t)stub_hole;
    return stub_hole == NULL || start > hole ? n : MIN(n, hole - start);
}

size_t copy_to_user_partial(void __user *dst, const void *src, size_t n)
{
    size_t there = before_hole(dst, n);
    memcpy(dst, src, there);
    return n - there;
}

size_t copy_from_user_partial(void *dst, const void __user *src, size_t n)
{
    size_t there = before_hole(src, n);
    memcpy(dst, src, there);
    return n - there;
}

bool user_range_ok(const void __user *p, size_t n)
{
    (void)p;
    (void)n;
    return true;
}

int fault_in_user(const void __user *p, bool write)
{
    (void)write;
    return p == stub_hole ? -EFAULT : 0;
}

void mutex_init(struct mutex *m, const char *name)
{
    (void)name;
    memset(m, 0, sizeof(*m));
}

void mutex_lock(struct mutex *m)
{
    (void)m;
}

void mutex_unlock(struct mutex *m)
{
    (void)m;
}

void rwlock_read_lock(struct rwlock *l)
{
    (void)l;
}

void rwlock_read_unlock(struct rwlock *l)
{
    (void)l;
}

void rwlock_write_lock(struct rwlock *l)
{
    (void)l;
}

void rwlock_write_unlock(struct rwlock *l)
{
    (void)l;
}
