/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: names of AF_UNIX sockets: paths, which are nodes of the file tree, and abstract ones, and
 * which socket has which; the list of all sockets.
 *
 * Lock: unix_names protects the tree of names, the list, and the lists of who is connected to a
 * datagram socket. It is taken inside no lock of a socket.
 */
#include "unix.h"

#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/socket_node.h>
#include <hermit/string.h>

static struct mutex unix_names = MUTEX_INIT(unix_names);
static struct rb_root names;
static struct list all = LIST_INIT(all);

#define PATH_AT offsetof(struct sockaddr_un, sun_path)

int unix_check_address(const struct socket_address *a)
{
    bool ok = a->length > PATH_AT && a->length <= sizeof(a->un) && a->family == AF_UNIX;
    return ok ? 0 : -EINVAL;
}

static bool is_path(const struct socket_address *a)
{
    return a->un.sun_path[0] != '\0';
}

/* The path as a string of its own. */
static void path_of(const struct socket_address *a, char path[sizeof(a->un.sun_path) + 1])
{
    memset(path, 0, sizeof(a->un.sun_path) + 1);
    memcpy(path, a->un.sun_path, a->length - PATH_AT);
}

/*
 * The order of names: nodes by their inode, behind abstract names, which are apart for each type of
 * socket. unix_names is held from here on.
 */
static int compare(const struct socket_address *a, const struct inode *node, int type,
                   const struct unix_socket *u)
{
    const struct unix_name *name = load_relaxed(&u->name);
    if (node != NULL || name->dentry != NULL) {
        uintptr_t mine = (uintptr_t)node;
        uintptr_t other = (uintptr_t)(name->dentry != NULL ? name->dentry->inode : NULL);
        return (mine > other) - (mine < other);
    }
    if (type != u->s.type)
        return type < u->s.type ? -1 : 1;
    if (a->length != name->address.length)
        return a->length < name->address.length ? -1 : 1;
    return memcmp(a->bytes, name->address.bytes, a->length);
}

/* The socket of a name; NULL: none. *link, *parent: where it would be. */
static struct unix_socket *look_up(const struct socket_address *a, const struct inode *node,
                                   int type, struct rb_node ***link, struct rb_node **parent)
{
    *link = &names.node;
    *parent = NULL;
    while (**link != NULL) {
        *parent = **link;
        struct unix_socket *u = rb_entry(*parent, struct unix_socket, by_name);
        int order = compare(a, node, type, u);
        if (order == 0)
            return u;
        *link = order < 0 ? &(*parent)->left : &(*parent)->right;
    }
    return NULL;
}

/* Gives u, which has none, a name, which takes the reference. 0 or −EADDRINUSE. u->binding. */
static int enter(struct unix_socket *u, struct unix_name *name)
{
    struct rb_node **link, *parent;
    const struct inode *node = name->dentry != NULL ? name->dentry->inode : NULL;
    if (look_up(&name->address, node, u->s.type, &link, &parent) != NULL)
        return -EADDRINUSE;
    /* Release: the name is complete; pairs with unix_tell_name(). */
    atomic_store_explicit(&u->name, name, memory_order_release);
    rb_insert(&names, parent, link, &u->by_name, NULL);
    u->named = true;
    return 0;
}

/* unix_names is not held from here on. */

static struct unix_name *name_alloc(const struct socket_address *a)
{
    struct unix_name *name = kzalloc(sizeof(*name));
    if (name == NULL)
        return NULL;
    store_relaxed(&name->refs, 1);
    name->address = *a;
    return name;
}

void unix_name_put(struct unix_name *name)
{
    if (name == NULL || atomic_fetch_sub_explicit(&name->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (name->dentry != NULL)
        dentry_put(name->dentry);
    kfree(name);
}

/* Takes over the reference. */
static int enter_or_free(struct unix_socket *u, struct unix_name *name)
{
    mutex_lock(&unix_names);
    int err = enter(u, name);
    mutex_unlock(&unix_names);
    if (err != 0)
        unix_name_put(name);
    return err;
}

static int autobind_locked(struct unix_socket *u)
{
    static _Atomic unsigned next;
    int err = 0;
    if (load_relaxed(&u->name) != NULL)
        return 0;
    for (unsigned tries = 0; tries < 1U << 20; tries++) {
        struct socket_address a = {.length = PATH_AT + 6, .family = AF_UNIX};
        char digits[6];
        ksnprintf(digits, sizeof(digits), "%05x", add_relaxed(&next, 1) & 0xfffff);
        memcpy(&a.un.sun_path[1], digits, 5);
        struct unix_name *name = name_alloc(&a);
        err = name == NULL ? -ENOMEM : enter_or_free(u, name);
        if (err != -EADDRINUSE)
            break;
    }
    return err == -EADDRINUSE ? -ENOSPC : err;
}

int unix_autobind(struct unix_socket *u)
{
    mutex_lock(&u->binding);
    int err = autobind_locked(u);
    mutex_unlock(&u->binding);
    return err;
}

/* Makes the node of a path, and corrects the length to the string's. */
static int make_node(struct unix_name *name)
{
    char path[sizeof(name->address.un.sun_path) + 1];
    path_of(&name->address, path);
    name->address.length = PATH_AT + (unsigned)strlen(path) + 1;
    int err = vfs_make_socket(path, &name->dentry);
    return err == -EEXIST ? -EADDRINUSE : err;
}

static int bind_locked(struct unix_socket *u, const struct socket_address *to)
{
    int err = 0;
    if (load_relaxed(&u->name) != NULL)
        return -EINVAL;
    struct unix_name *name = name_alloc(to);
    if (name == NULL)
        return -ENOMEM;
    if (is_path(to))
        err = make_node(name);
    if (err != 0) {
        unix_name_put(name);
        return err;
    }
    return enter_or_free(u, name);
}

int unix_bind(struct socket *s, const struct socket_address *to)
{
    struct unix_socket *u = unix_of(s);
    if (to->length == PATH_AT && to->family == AF_UNIX)
        return unix_autobind(u);
    int err = unix_check_address(to);
    if (err != 0)
        return err;
    mutex_lock(&u->binding);
    err = bind_locked(u, to);
    mutex_unlock(&u->binding);
    return err;
}

int unix_find(const struct socket_address *to, int type, struct unix_socket **found)
{
    struct dentry *node = NULL;
    struct rb_node **link, *parent;
    int err = 0;
    if (is_path(to)) {
        char path[sizeof(to->un.sun_path) + 1];
        path_of(to, path);
        err = vfs_find_socket(path, &node);
    }
    if (err != 0)
        return err;
    mutex_lock(&unix_names);
    struct unix_socket *u = look_up(to, node != NULL ? node->inode : NULL, type, &link, &parent);
    if (u == NULL)
        err = -ECONNREFUSED;
    else if (u->s.type != type)
        err = -EPROTOTYPE;
    else
        channel_get(&u->s.channel); /* it lives as long as it is in the tree */
    mutex_unlock(&unix_names);
    if (node != NULL)
        dentry_put(node);
    *found = u;
    return err;
}

void unix_forget_name(struct unix_socket *u)
{
    mutex_lock(&unix_names);
    if (u->named)
        rb_remove(&names, &u->by_name, NULL);
    u->named = false;
    mutex_unlock(&unix_names);
}

void unix_tell_name(struct unix_socket *u, struct socket_address *name)
{
    /* Acquire: pairs with enter(). */
    const struct unix_name *has = atomic_load_explicit(&u->name, memory_order_acquire);
    if (has != NULL)
        *name = has->address;
    else
        *name = (struct socket_address){.length = PATH_AT, .family = AF_UNIX};
}

void unix_set_client(struct unix_socket *u, struct unix_socket *of)
{
    mutex_lock(&unix_names);
    list_remove(&u->client_of);
    if (of != NULL)
        list_push_back(&of->clients, &u->client_of);
    mutex_unlock(&unix_names);
}

void unix_wake_clients(struct unix_socket *u)
{
    mutex_lock(&unix_names);
    list_for_each (it, &u->clients)
        wake_all(&list_entry(it, struct unix_socket, client_of)->s.can_write);
    mutex_unlock(&unix_names);
}

void unix_enlist(struct unix_socket *u)
{
    mutex_lock(&unix_names);
    list_push_back(&all, &u->all);
    mutex_unlock(&unix_names);
}

void unix_delist(struct unix_socket *u)
{
    mutex_lock(&unix_names);
    list_unlink(&u->all);
    mutex_unlock(&unix_names);
}

/* Linux's number for what a socket is doing: 1 nothing, 3 connected; who has no file yet 2, who has
 * none any more 4. */
static unsigned state_column(struct unix_socket *u, bool file)
{
    bool connected = load_relaxed(&u->state) == UNIX_CONNECTED;
    return file ? (connected ? 3 : 1) : connected ? 2 : 4;
}

#define FLAG_LISTENING 0x10000

static void show_one(struct text *t, struct unix_socket *u)
{
    struct socket_address a;
    bool file = peek(u->s.file) != NULL;
    text_printf(t, "%016x: %08x %08x %08x %04x %02x %5lu", 0, load_relaxed(&u->s.channel.refs), 0,
                load_relaxed(&u->state) == UNIX_LISTENING ? FLAG_LISTENING : 0, u->s.type,
                state_column(u, file), file ? u->s.ino : 0);
    unix_tell_name(u, &a);
    if (a.length > PATH_AT) {
        size_t n = is_path(&a) ? strnlen(a.un.sun_path, a.length - PATH_AT) : a.length - PATH_AT;
        for (size_t i = 0; i < n; i++) /* a NUL in an abstract name is shown as '@' */
            if (a.un.sun_path[i] == '\0')
                a.un.sun_path[i] = '@';
        text_add(t, " ", 1);
        text_add(t, a.un.sun_path, n);
    }
    text_add(t, "\n", 1);
}

void unix_show(struct text *t)
{
    mutex_lock(&unix_names);
    list_for_each (it, &all)
        show_one(t, list_entry(it, struct unix_socket, all));
    mutex_unlock(&unix_names);
}
