/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: listings of the overlay's folders: first the names that were made here, by cookie, then
 * those of the folder below, which comes in pieces. A name below that was changed stays in its
 * place; one that was removed, or that another file has got, is left out there. The position in the
 * second part is BELOW plus the number of entries that the folder below gave before: it does not
 * change. Whoever goes back there reads it again from the beginning.
 *
 * f->pos_lock protects a listing.
 */
#include "overlay.h"

#include <hermit/kmalloc.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "vfs_internal.h"

#define BELOW (UINT64_C(1) << 62)

struct listing {
    struct file *below; /* NULL: not open so far */
    uint64_t read;      /* entries that it gave */
};

int overlay_open_dir(struct file *f)
{
    f->private = kzalloc(sizeof(struct listing));
    return f->private != NULL ? 0 : -ENOMEM;
}

void overlay_close_dir(struct file *f)
{
    struct listing *l = f->private;
    if (l->below != NULL)
        file_put(l->below);
    kfree(l);
}

static bool is_dot(const char *name, size_t length)
{
    return name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
}

/* The first name at or after a position; the list's head: none. overlay_lock. */
static struct list *find_made(struct overlay_inode *dir, uint64_t pos)
{
    struct list *it = dir->made.next;
    if (dir->resume != NULL && dir->resume->cookie <= pos)
        it = &dir->resume->link;
    for (unsigned passed = 1; it != &dir->made; it = it->next) {
        if (list_entry(it, struct overlay_name, link)->cookie >= pos)
            break;
        if (++passed % 1024 == 0)
            cond_resched();
    }
    return it;
}

static bool emit_name(struct dir_sink *sink, const struct overlay_name *n, uint64_t next)
{
    unsigned type = inode_type(&n->inode->inode) >> 12;
    return sink->emit(sink, n->text, n->length, overlay_number(n->inode), type, next);
}

/* False: the sink is full. */
static bool emit_made(struct file *f, struct overlay_inode *dir, struct dir_sink *sink)
{
    bool more = true;
    mutex_lock(&overlay_lock);
    for (struct list *it = find_made(dir, f->pos); more && it != &dir->made; it = it->next) {
        struct overlay_name *n = list_entry(it, struct overlay_name, link);
        more = emit_name(sink, n, n->cookie + 1);
        if (more)
            f->pos = n->cookie + 1;
        else
            dir->resume = n;
        if (f->pos % 128 == 0)
            cond_resched();
    }
    mutex_unlock(&overlay_lock);
    return more;
}

/* What the folder below gives goes through this sink. */
struct filter {
    struct dir_sink sink;
    struct dir_sink *out;
    struct file *f;
    struct overlay_inode *dir;
};

/* An entry of the folder below as the overlay shows it. False: the sink is full. */
static bool emit_shown(struct filter *t, const char *name, size_t length, uint64_t ino,
                       unsigned type, uint64_t next)
{
    mutex_lock(&overlay_lock);
    const struct overlay_name *n = overlay_find(t->dir, name, length);
    bool more = true;
    if (n == NULL || n->state == OVERLAY_SEEN)
        more = t->out->emit(t->out, name, length, ino, type, next);
    else if (n->state == OVERLAY_CHANGED)
        more = emit_name(t->out, n, next);
    mutex_unlock(&overlay_lock);
    return more;
}

static bool pass(struct dir_sink *sink, const char *name, size_t length, uint64_t ino,
                 unsigned type, uint64_t next_pos)
{
    struct filter *t = container_of(sink, struct filter, sink);
    struct listing *l = t->f->private;
    uint64_t next = BELOW + l->read + 1;
    (void)next_pos;
    bool wanted = next > t->f->pos && !is_dot(name, length);
    if (wanted && !emit_shown(t, name, length, ino, type, next))
        return false;
    l->read++;
    t->f->pos = MAX(t->f->pos, next);
    return true;
}

/* Opens the folder below, or begins again if the position lies before what was read. */
static int prepare(struct listing *l, struct overlay_inode *dir, uint64_t pos)
{
    if (l->below == NULL)
        return overlay_open_below(dir, NULL, &l->below);
    if (pos - BELOW < l->read) {
        l->below->pos = 0;
        l->read = 0;
    }
    return 0;
}

static int emit_below(struct file *f, struct overlay_inode *dir, struct dir_sink *sink)
{
    struct listing *l = f->private;
    struct filter t = {{pass}, sink, f, dir};
    int err = prepare(l, dir, f->pos);
    return err != 0 ? err : l->below->inode->ops->iterate(l->below, &t.sink);
}

static bool emit_dots(struct file *f, struct dir_sink *sink)
{
    rwlock_read_lock(&vfs_lock);
    bool more = dir_emit_dots(f, sink);
    rwlock_read_unlock(&vfs_lock);
    return more;
}

int overlay_iterate(struct file *f, struct dir_sink *sink)
{
    struct overlay_inode *dir = overlay_inode(f->inode);
    mutex_lock(&overlay_lock);
    bool dead = dir->dead;
    mutex_unlock(&overlay_lock);
    if (dead)
        return -ENOENT;
    if (f->pos < BELOW && (!emit_dots(f, sink) || !emit_made(f, dir, sink)))
        return 0;
    if (load_relaxed(&dir->changed))
        inode_touch_accessed(f->inode);
    if (dir->below == NULL)
        return 0;
    f->pos = MAX(f->pos, BELOW);
    return emit_below(f, dir, sink);
}

/* Looks for a name below that is still there. */
struct search {
    struct dir_sink sink;
    struct overlay_inode *dir;
    bool found;
};

static bool look_at(struct dir_sink *sink, const char *name, size_t length, uint64_t ino,
                    unsigned type, uint64_t next_pos)
{
    struct search *s = container_of(sink, struct search, sink);
    (void)ino, (void)type, (void)next_pos;
    if (is_dot(name, length))
        return true;
    mutex_lock(&overlay_lock);
    const struct overlay_name *n = overlay_find(s->dir, name, length);
    s->found = n == NULL || n->state != OVERLAY_GONE;
    mutex_unlock(&overlay_lock);
    return !s->found;
}

int overlay_check_empty(struct overlay_inode *dir)
{
    struct search s = {{look_at}, dir, false};
    struct file *below;
    mutex_lock(&overlay_lock);
    bool made = !list_empty(&dir->made);
    mutex_unlock(&overlay_lock);
    if (made)
        return -ENOTEMPTY;
    if (dir->below == NULL)
        return 0;
    int err = overlay_open_below(dir, NULL, &below);
    if (err != 0)
        return err;
    err = below->inode->ops->iterate(below, &s.sink);
    file_put(below);
    return err == 0 && s.found ? -ENOTEMPTY : err;
}
