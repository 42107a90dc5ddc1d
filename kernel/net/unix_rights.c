/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open files in messages (SCM_RIGHTS), and the freeing of messages.
 *
 * A socket in a message of its own queue, or of another that is in one of its, keeps itself open
 * for ever once nobody else has it. So the sockets that are in messages are counted and listed; a
 * socket whose file has no more references than it is in messages can only be reached by receiving
 * one. unix_collect() finds those that cannot be reached so, and empties their queues.
 *
 * Lock: unix_flight protects the counts and the list, and is held while messages with files enter
 * or leave a queue, outside the lock of the socket.
 */
#include "unix.h"

#include <hermit/atomic.h>
#include <hermit/kmalloc.h>

static struct mutex unix_flight = MUTEX_INIT(unix_flight);
static struct list flying = LIST_INIT(flying); /* sockets that are in messages */

void unix_flight_lock(void)
{
    mutex_lock(&unix_flight);
}

void unix_flight_unlock(void)
{
    mutex_unlock(&unix_flight);
}

/* The AF_UNIX socket of a file; NULL: it is none. */
static struct unix_socket *unix_of_file(const struct file *f)
{
    struct socket *s = socket_of_file(f);
    return s != NULL && s->family == AF_UNIX ? unix_of(s) : NULL;
}

/* unix_flight is held. */
static void count_files(const struct unix_message *m, bool enter)
{
    for (unsigned i = 0; i < m->ancillary.nr_files; i++) {
        struct unix_socket *u = unix_of_file(m->ancillary.files[i]);
        if (u == NULL)
            continue;
        if (enter && u->in_flight++ == 0)
            list_push_back_watched(&flying, &u->flying);
        if (!enter && --u->in_flight == 0)
            list_remove_watched(&u->flying);
    }
}

void unix_enqueue(struct unix_socket *u, struct unix_message *m)
{
    count_files(m, true);
    list_push_back(&u->queue, &m->link);
    u->queued += m->length - m->start;
    u->nr_queued++;
}

void unix_dequeue(struct unix_socket *u, struct unix_message *m)
{
    count_files(m, false);
    list_unlink(&m->link);
    u->queued -= m->length - m->start;
    u->nr_queued--;
}

/* Another reference of each file. 0 or −ENOMEM. */
static int copy_files(const struct socket_ancillary *from, struct socket_ancillary *to)
{
    to->files = kmalloc(from->nr_files * sizeof(struct file *));
    if (to->files == NULL)
        return -ENOMEM;
    to->nr_files = from->nr_files;
    for (unsigned i = 0; i < from->nr_files; i++) {
        to->files[i] = from->files[i];
        file_get(to->files[i]);
    }
    return 0;
}

int unix_take_files(struct unix_message *m, struct socket_ancillary *to, bool copy)
{
    if (m->ancillary.nr_files == 0)
        return 0;
    if (copy)
        return copy_files(&m->ancillary, to);
    count_files(m, false);
    to->files = m->ancillary.files;
    to->nr_files = m->ancillary.nr_files;
    m->ancillary.files = NULL;
    m->ancillary.nr_files = 0;
    return 0;
}

void unix_free_message(struct unix_message *m)
{
    struct unix_socket *from = m->from;
    size_t charge = unix_charge(m->length), was = sub_relaxed(&from->charged, charge);
    size_t room = (size_t)load_relaxed(&from->s.options.sndbuf) / 4;
    if (was > room && was - charge <= room)
        wake_all(&from->s.can_write);
    unix_put(from);
    kfree(m);
}

static struct list doomed = LIST_INIT(doomed); /* messages to free; unix_flight */
static bool freeing;                           /* a task does so; unix_flight */

/* The next one to free; NULL: none, and nobody frees any more. */
static struct unix_message *next_doomed(void)
{
    struct unix_message *m = NULL;
    mutex_lock(&unix_flight);
    if (list_empty(&doomed)) {
        freeing = false;
    } else {
        m = list_first(&doomed, struct unix_message, link);
        list_unlink(&m->link);
    }
    mutex_unlock(&unix_flight);
    return m;
}

/* A message may hold the last reference of a socket with messages of the same kind, and so on: they
 * are freed one after the other here, not each inside the other. */
void unix_free_messages(struct list *messages)
{
    struct unix_message *m;
    if (list_empty(messages))
        return;
    mutex_lock(&unix_flight);
    while (!list_empty(messages)) {
        struct list *first = messages->next;
        list_unlink(first);
        list_push_back(&doomed, first);
    }
    bool mine = !freeing;
    freeing = true;
    mutex_unlock(&unix_flight);
    while (mine && (m = next_doomed()) != NULL) {
        socket_drop_ancillary(&m->ancillary);
        unix_free_message(m);
    }
}

/* unix_flight is held from here on. */

/* Calls `visit` for each socket in the messages of u. */
static void visit_queue(struct unix_socket *u, void (*visit)(struct unix_socket *inside))
{
    mutex_lock(&u->s.channel.lock);
    list_for_each (it, &u->queue) {
        struct unix_message *m = list_entry(it, struct unix_message, link);
        for (unsigned i = 0; i < m->ancillary.nr_files; i++) {
            struct unix_socket *inside = unix_of_file(m->ancillary.files[i]);
            if (inside != NULL && inside->outside >= 0)
                visit(inside);
        }
    }
    mutex_unlock(&u->s.channel.lock);
}

/* The next end that waits to be accepted by a socket that nobody can have accept; NULL: none. */
static struct unix_socket *next_pending(struct unix_socket *u, struct unix_socket *after)
{
    mutex_lock(&u->s.channel.lock);
    struct list *next = after == NULL ? u->pending.next : after->waiting.next;
    mutex_unlock(&u->s.channel.lock);
    return next != &u->pending ? list_entry(next, struct unix_socket, waiting) : NULL;
}

/* The same for all that can be received by way of u. */
static void visit_inside(struct unix_socket *u, void (*visit)(struct unix_socket *inside))
{
    visit_queue(u, visit);
    for (struct unix_socket *c = NULL; (c = next_pending(u, c)) != NULL;)
        visit_queue(c, visit);
}

static void count_inside(struct unix_socket *inside)
{
    inside->outside--;
}

static void reach(struct unix_socket *inside)
{
    if (inside->outside == 0)
        inside->outside = 1;
}

/* Sets `outside` of the sockets in messages. −1: somebody has the file besides; else in how many
 * messages of sockets it is that are not of this kind themselves. */
static void count_outside(void)
{
    list_for_each (it, &flying) {
        struct unix_socket *u = list_entry(it, struct unix_socket, flying);
        bool held = load_relaxed(&u->s.file->refs) > u->in_flight;
        u->outside = held ? -1 : (int)u->in_flight;
        u->visited = false;
    }
    list_for_each (it, &flying) {
        struct unix_socket *u = list_entry(it, struct unix_socket, flying);
        if (u->outside >= 0)
            visit_inside(u, count_inside);
    }
}

/* What can be received by way of a socket that can be reached can be reached, too. */
static void spread(void)
{
    for (bool more = true; more;) {
        more = false;
        list_for_each (it, &flying) {
            struct unix_socket *u = list_entry(it, struct unix_socket, flying);
            if (u->outside <= 0 || u->visited)
                continue;
            u->visited = more = true;
            visit_inside(u, reach);
        }
    }
}

static void take_messages(struct unix_socket *u, struct list *to)
{
    mutex_lock(&u->s.channel.lock);
    while (!list_empty(&u->queue)) {
        struct unix_message *m = list_first(&u->queue, struct unix_message, link);
        unix_dequeue(u, m);
        list_push_back(to, &m->link);
    }
    mutex_unlock(&u->s.channel.lock);
}

/* One that cannot be reached; NULL: none. */
static struct unix_socket *find_garbage(void)
{
    list_for_each (it, &flying) {
        struct unix_socket *u = list_entry(it, struct unix_socket, flying);
        if (u->outside == 0)
            return u;
    }
    return NULL;
}

/* unix_flight is not held from here on. */

void unix_collect(void)
{
    struct list messages = LIST_INIT(messages);
    struct unix_socket *u;
    if (list_looks_empty(&flying))
        return;
    mutex_lock(&unix_flight);
    count_outside();
    spread();
    while ((u = find_garbage()) != NULL) {
        u->outside = -1;
        for (struct unix_socket *c = NULL; (c = next_pending(u, c)) != NULL;)
            take_messages(c, &messages);
        take_messages(u, &messages);
    }
    mutex_unlock(&unix_flight);
    unix_free_messages(&messages);
}
