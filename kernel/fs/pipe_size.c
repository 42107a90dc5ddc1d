/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: sizes of pipes and their limit. The pipe's lock protects its ring. */
#include <hermit/pipe.h>

#include "pipe_internal.h"

_Atomic unsigned pipe_max_size = 1048576;

long pipe_round_size(unsigned long size)
{
    unsigned long rounded = PAGE_SIZE;
    if (size > 1UL << 31)
        return -EINVAL;
    while (rounded < size)
        rounded *= 2;
    return (long)rounded;
}

long pipe_get_size(struct file *f)
{
    if (!file_is_pipe(f))
        return -EBADF;
    struct pipe *p = f->private;
    mutex_lock(&p->channel.lock);
    long size = (long)(p->ring.nr_slots * PAGE_SIZE);
    mutex_unlock(&p->channel.lock);
    return size;
}

/* Locked. */
static long resize(struct pipe *p, unsigned long size)
{
    unsigned nr_slots = (unsigned)(size / PAGE_SIZE);
    if (nr_slots > p->ring.nr_slots && size > load_relaxed(&pipe_max_size))
        return -EPERM;
    int err = pipe_ring_resize(&p->ring, nr_slots);
    return err != 0 ? err : (long)size;
}

long pipe_set_size(struct file *f, unsigned long size)
{
    if (!file_is_pipe(f))
        return -EBADF;
    struct pipe *p = f->private;
    long result = pipe_round_size(size);
    if (result < 0)
        return result;
    mutex_lock(&p->channel.lock);
    result = resize(p, (unsigned long)result);
    mutex_unlock(&p->channel.lock);
    if (result > 0)
        wake_all(&p->can_write);
    return result;
}
