/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: listings of the overlay's folders: first the names that were made here, by cookie, then
 * those of the folder below, which comes in pieces. A name below that was changed stays in its
 * place; one that was removed, or that another file has got, is left out there. The position in the
 * second part is BELOW plus the number of entries that the folder below gave before: it does not
 * change. Each MARK_EACH entries a listing notes where the folder below has got to, so that whoever
 * goes back there reads few of them again.
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

#define MARK_EACH 64U /* entries */

struct listing {
    struct file *below; /* NULL: not open so far */
    uint64_t read;      /* entries that it gave */
    uint64_t *marks;    /* its positions behind MARK_EACH of them, 2 * MARK_EACH, … */
    uint64_t nr_marks, room;
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
    kfree(l->marks);
    kfree(l);
}

static bool is_dot(const char *name, size_t length)
{
    return name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
}

static struct overlay_name *made_name(struct rb_node *node)
{
    return rb_entry(node, struct overlay_name, by_cookie);
}

/* The first name at or after a position; NULL: none. overlay_lock. */
static struct rb_node *find_made(const struct overlay_inode *dir, uint64_t pos)
{
    struct rb_node *found = NULL;
    for (struct rb_node *node = dir->made.node; node != NULL;) {
        bool before = made_name(node)->cookie < pos;
        found = before ? found : node;
        node = before ? node->right : node->left;
    }
    return found;
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
    for (struct rb_node *node = find_made(dir, f->pos); more && node != NULL;
         node = rb_next(node)) {
        const struct overlay_name *n = made_name(node);
        more = emit_name(sink, n, n->cookie + 1);
        if (more)
            f->pos = n->cookie + 1;
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

/* The folder below is at `pos` now. Without memory there are fewer marks. */
static void mark(struct listing *l, uint64_t pos)
{
    if (l->read != (l->nr_marks + 1) * MARK_EACH)
        return;
    if (l->nr_marks == l->room) {
        uint64_t room = MAX(2 * l->room, 32UL);
        uint64_t *marks = krealloc(l->marks, room * sizeof(*marks));
        if (marks == NULL)
            return;
        l->marks = marks;
        l->room = room;
    }
    l->marks[l->nr_marks++] = pos;
}

static bool pass(struct dir_sink *sink, const char *name, size_t length, uint64_t ino,
                 unsigned type, uint64_t next_pos)
{
    struct filter *t = container_of(sink, struct filter, sink);
    struct listing *l = t->f->private;
    uint64_t next = BELOW + l->read + 1;
    bool wanted = next > t->f->pos && !is_dot(name, length);
    if (wanted && !emit_shown(t, name, length, ino, type, next))
        return false;
    l->read++;
    mark(l, next_pos);
    t->f->pos = MAX(t->f->pos, next);
    return true;
}

/* Opens the folder below, or goes back to a mark if the position lies before what was read. */
static int prepare(struct listing *l, struct overlay_inode *dir, uint64_t pos)
{
    if (l->below == NULL)
        return overlay_open_below(dir, NULL, &l->below);
    if (pos - BELOW < l->read) {
        uint64_t nr = MIN((pos - BELOW) / MARK_EACH, l->nr_marks);
        l->below->pos = nr > 0 ? l->marks[nr - 1] : 0;
        l->read = nr * MARK_EACH;
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
    bool made = dir->made.node != NULL;
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
