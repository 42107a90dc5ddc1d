/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the descriptor table. The first chunk, of FD_FIRST descriptors, is static;
 * each other chunk has CHUNK descriptors, so that its slots fill one page.
 * Chunks are never moved or freed, so a lookup needs no lock: docs/concurrency.md,
 * "Descriptors".
 *
 * Lock: fd_lock protects the bitmaps and every change of a slot, but for
 * fd_publish(). A slot that is used but NULL is reserved by a call in progress.
 */
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/rlimit.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/resource.h>

#include "file_internal.h"

#define CHUNK     512u
#define NR_CHUNKS (1 + (FD_MAX - FD_FIRST + CHUNK - 1) / CHUNK)

struct fd_chunk {
    _Atomic(struct file *) *_Atomic slots;
    struct fd_bits {
        uint64_t used[CHUNK / 64], cloexec[CHUNK / 64];
    } *bits;
};

_Atomic(struct file *) fd_first_slots[FD_FIRST];
static struct fd_bits first_bits;
static struct fd_chunk first_chunk = {fd_first_slots, &first_bits};
static struct fd_chunk more_chunks[NR_CHUNKS - 1];
static struct spinlock fd_lock = SPINLOCK_INIT("fd_table");
static int lowest_free; /* no free descriptor below it */

/* First descriptor that may not be used; at most FD_MAX. */
static uint64_t fd_limit(void)
{
    return rlimit_soft(RLIMIT_NOFILE);
}

/* Chunk of a descriptor in [0, FD_MAX), and the descriptor's place in it. */
static inline unsigned fd_chunk_of(unsigned fd, unsigned *index)
{
    if (fd < FD_FIRST) {
        *index = fd;
        return 0;
    }
    *index = (fd - FD_FIRST) % CHUNK;
    return (fd - FD_FIRST) / CHUNK + 1;
}

static inline struct fd_chunk *chunk_at(unsigned chunk)
{
    return chunk == 0 ? &first_chunk : &more_chunks[chunk - 1];
}

static unsigned chunk_size(unsigned chunk)
{
    return chunk == 0 ? FD_FIRST : CHUNK;
}

static unsigned chunk_start(unsigned chunk)
{
    return chunk == 0 ? 0 : FD_FIRST + (chunk - 1) * CHUNK;
}

/* The slot of a descriptor; NULL: out of range, or its chunk does not exist. */
static inline _Atomic(struct file *) *fd_slot(int fd)
{
    if (likely((unsigned)fd < FD_FIRST))
        return &fd_first_slots[fd];
    if ((unsigned)fd >= FD_MAX)
        return NULL;
    unsigned index, chunk = fd_chunk_of((unsigned)fd, &index);
    _Atomic(struct file *) *slots =
        atomic_load_explicit(&chunk_at(chunk)->slots, memory_order_acquire); /* pairs: chunk_add */
    return slots == NULL ? NULL : &slots[index];
}

static inline struct file *slot_get(int fd)
{
    _Atomic(struct file *) *slot = fd_slot(fd);
    if (slot == NULL)
        return NULL;
    for (;;) {
        struct file *f = atomic_load_explicit(slot, memory_order_acquire); /* pairs: slot_set */
        if (f == NULL)
            return NULL;
        chaos_point("fd_slot_read");
        if (unlikely(!file_try_get(f)))
            continue; /* closed meanwhile: read the slot again */
        chaos_point("fd_slot_got");
        if (likely(atomic_load_explicit(slot, memory_order_relaxed) == f))
            return f;
        file_put(f);
    }
}

struct file *fd_get_raw(int fd)
{
    return slot_get(fd);
}

struct file *fd_get(int fd)
{
    struct file *f = slot_get(fd);
    if (f != NULL && unlikely(load_relaxed(&f->flags) & O_PATH)) {
        file_put(f);
        return NULL;
    }
    return f;
}

/* fd_lock held from here on. */

static void bit_put(uint64_t *bits, unsigned i, bool on)
{
    uint64_t bit = 1UL << (i % 64);
    bits[i / 64] = on ? bits[i / 64] | bit : bits[i / 64] & ~bit;
}

static void slot_set(_Atomic(struct file *) *slot, struct file *f)
{
    atomic_store_explicit(slot, f, memory_order_release);
}

static void fd_mark(int fd, bool used, bool cloexec)
{
    unsigned index, chunk = fd_chunk_of((unsigned)fd, &index);
    bit_put(chunk_at(chunk)->bits->used, index, used);
    bit_put(chunk_at(chunk)->bits->cloexec, index, cloexec);
    if (!used && fd < lowest_free)
        lowest_free = fd;
}

static bool fd_is_used(int fd)
{
    unsigned index, chunk = fd_chunk_of((unsigned)fd, &index);
    return chunk_at(chunk)->bits->used[index / 64] >> (index % 64) & 1;
}

/* First clear bit ≥ from of n bits; n: none. */
static unsigned find_clear(const uint64_t *bits, unsigned from, unsigned n)
{
    while (from < n) {
        uint64_t free = ~bits[from / 64] & ~0UL << (from % 64);
        if (free != 0)
            return ALIGN_DOWN(from, 64u) + (unsigned)__builtin_ctzl(free);
        from = ALIGN_DOWN(from, 64u) + 64;
    }
    return n;
}

/* Lowest free descriptor ≥ min, or −EMFILE; −EAGAIN: chunk *missing must be added first. */
static int find_free(int min, unsigned *missing)
{
    uint64_t limit = fd_limit();
    int from = MAX(min, lowest_free), found = -EMFILE;
    for (unsigned fd = (unsigned)from, index; fd < limit;) {
        unsigned chunk = fd_chunk_of(fd, &index);
        if (load_relaxed(&chunk_at(chunk)->slots) == NULL) {
            *missing = chunk;
            return -EAGAIN;
        }
        unsigned n = chunk_size(chunk);
        index = find_clear(chunk_at(chunk)->bits->used, index, n);
        fd = chunk_start(chunk) + index;
        if (index < n) {
            found = fd < limit ? (int)fd : -EMFILE;
            break;
        }
    }
    if (min <= lowest_free && found >= 0)
        lowest_free = found + 1;
    return found;
}

/* fd_lock not held from here on. */

/* Adds the chunk if it does not exist. False: out of memory. */
SMALL static bool chunk_add(unsigned chunk)
{
    struct fd_chunk *c = chunk_at(chunk);
    if (load_relaxed(&c->slots) != NULL)
        return true;
    _Atomic(struct file *) *slots = kzalloc(CHUNK * sizeof(*slots));
    struct fd_bits *bits = kzalloc(sizeof(*bits));
    bool ok = slots != NULL && bits != NULL;
    unsigned long irq = spin_lock(&fd_lock);
    if (ok && load_relaxed(&c->slots) == NULL) {
        c->bits = bits;
        atomic_store_explicit(&c->slots, slots, memory_order_release); /* pairs: fd_slot */
        slots = NULL;
        bits = NULL;
    }
    spin_unlock(&fd_lock, irq);
    kfree((void *)slots);
    kfree(bits);
    return ok;
}

int fd_reserve(int min, bool cloexec)
{
    if (min < 0 || (uint64_t)min >= fd_limit())
        return min == 0 ? -EMFILE : -EINVAL;
    for (;;) {
        unsigned missing = 0;
        unsigned long irq = spin_lock(&fd_lock);
        int fd = find_free(min, &missing);
        if (fd >= 0)
            fd_mark(fd, true, cloexec);
        spin_unlock(&fd_lock, irq);
        if (fd != -EAGAIN)
            return fd;
        if (!chunk_add(missing))
            return -ENOMEM;
    }
}

void fd_publish(int fd, struct file *f)
{
    slot_set(fd_slot(fd), f); /* no lock: this call has reserved the slot */
}

void fd_cancel(int fd)
{
    unsigned long irq = spin_lock(&fd_lock);
    fd_mark(fd, false, false);
    spin_unlock(&fd_lock, irq);
}

int fd_install(struct file *f, int min, bool cloexec)
{
    int fd = fd_reserve(min, cloexec);
    if (fd >= 0)
        fd_publish(fd, f);
    return fd;
}

static int file_flush_and_put(struct file *f)
{
    int err = f->ops->flush != NULL ? f->ops->flush(f) : 0;
    file_put(f);
    return err;
}

int fd_replace(int fd, struct file *f, bool cloexec)
{
    if (fd < 0 || (uint64_t)fd >= fd_limit())
        return -EBADF;
    struct file *old = NULL;
    int err = fd;
    unsigned index;
    if (!chunk_add(fd_chunk_of((unsigned)fd, &index)))
        return -ENOMEM;
    unsigned long irq = spin_lock(&fd_lock);
    if ((old = load_relaxed(fd_slot(fd))) == NULL && fd_is_used(fd)) {
        err = -EBUSY; /* reserved by an open() in another thread */
    } else {
        file_get(f);
        fd_mark(fd, true, cloexec);
        slot_set(fd_slot(fd), f);
    }
    spin_unlock(&fd_lock, irq);
    if (err >= 0 && old != NULL)
        (void)file_flush_and_put(old); /* as on Linux: dup2() does not tell */
    return err;
}

int fd_close(int fd)
{
    _Atomic(struct file *) *slot = fd_slot(fd);
    if (slot == NULL)
        return -EBADF;
    unsigned long irq = spin_lock(&fd_lock);
    struct file *f = load_relaxed(slot);
    if (f != NULL) {
        slot_set(slot, NULL);
        fd_mark(fd, false, false);
    }
    spin_unlock(&fd_lock, irq);
    if (f == NULL)
        return -EBADF;
    return file_flush_and_put(f);
}

struct dentry *fd_get_dentry(int fd)
{
    _Atomic(struct file *) *slot = fd_slot(fd);
    if (slot == NULL)
        return NULL;
    unsigned long irq = spin_lock(&fd_lock); /* keeps the file in its slot */
    const struct file *f = load_relaxed(slot);
    struct dentry *d = f != NULL ? f->dentry : NULL;
    if (d != NULL)
        dentry_get(d);
    spin_unlock(&fd_lock, irq);
    return d;
}

int fd_next(int fd)
{
    for (unsigned next = (unsigned)MAX(fd, 0), index; next < FD_MAX;) {
        unsigned chunk = fd_chunk_of(next, &index);
        _Atomic(struct file *) *slot = fd_slot((int)next);
        if (slot == NULL)
            next = chunk_start(chunk) + chunk_size(chunk);
        else if (index % 64 == 0 && chunk_at(chunk)->bits->used[index / 64] == 0)
            next += 64; /* may miss a descriptor that is opened concurrently */
        else if (load_relaxed(slot) != NULL)
            return (int)next;
        else
            next++;
    }
    return -1;
}

int fd_get_cloexec(int fd)
{
    _Atomic(struct file *) *slot = fd_slot(fd);
    if (slot == NULL || load_relaxed(slot) == NULL)
        return -EBADF;
    unsigned index, chunk = fd_chunk_of((unsigned)fd, &index);
    return chunk_at(chunk)->bits->cloexec[index / 64] >> (index % 64) & 1;
}

int fd_set_cloexec(int fd, bool on)
{
    _Atomic(struct file *) *slot = fd_slot(fd);
    if (slot == NULL)
        return -EBADF;
    unsigned long irq = spin_lock(&fd_lock);
    bool open = load_relaxed(slot) != NULL;
    if (open)
        fd_mark(fd, true, on);
    spin_unlock(&fd_lock, irq);
    return open ? 0 : -EBADF;
}
