/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: sockets as open files, and the families that there are. What a socket does is its family's.
 *
 * Lock: channel.lock of a socket, "socket", belongs to the family.
 */
#include <hermit/socket.h>

#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "inet.h"
#include "interface.h"
#include "net_limits.h"
#include "netlink.h"
#include "unix.h"

struct net_limits net_limits = {
    .somaxconn = 4096,
    .rmem_default = SOCKET_BUFFER_DEFAULT,
    .rmem_max = SOCKET_BUFFER_DEFAULT,
    .wmem_default = SOCKET_BUFFER_DEFAULT,
    .wmem_max = SOCKET_BUFFER_DEFAULT,
};

static const struct {
    int family;
    int (*create)(int type, int protocol, struct socket **s);
    int (*create_pair)(int type, int protocol, struct socket *pair[2]); /* NULL: none */
} families[] = {
    {AF_UNIX, unix_create, unix_create_pair},
    {AF_NETLINK, netlink_create, NULL},
    {AF_INET, inet_create, NULL},
    {AF_INET6, inet6_create, NULL},
};

/* The index of a family's row, or −errno. */
static int find_family(int family, int type)
{
    if (family < 0 || family >= AF_MAX)
        return -EAFNOSUPPORT;
    if (type >= SOCK_MAX)
        return -EINVAL;
    for (unsigned i = 0; i < ARRAY_SIZE(families); i++)
        if (families[i].family == family)
            return (int)i;
    return -EAFNOSUPPORT;
}

int socket_create(int family, int type, int protocol, struct socket **s)
{
    int row = find_family(family, type);
    return row < 0 ? row : families[row].create(type, protocol, s);
}

int socket_create_pair(int family, int type, int protocol, struct socket *pair[2])
{
    int row = find_family(family, type);
    if (row < 0)
        return row;
    if (families[row].create_pair != NULL)
        return families[row].create_pair(type, protocol, pair);
    int err =
        families[row].create(type, protocol, &pair[0]); /* its errors come first, as on Linux */
    if (err != 0)
        return err;
    pair[0]->ops->close(pair[0]);
    channel_put(&pair[0]->channel);
    return -EOPNOTSUPP;
}

void socket_init(struct socket *s, const struct socket_ops *ops, int family, int type, int protocol,
                 void (*free)(struct channel *))
{
    static _Atomic uint64_t last_ino;
    channel_init(&s->channel, "socket", free);
    wait_queue_init(&s->can_read);
    wait_queue_init(&s->can_write);
    s->ops = ops;
    s->family = family;
    s->type = type;
    s->protocol = protocol;
    s->ino = add_relaxed(&last_ino, 1) + 1;
    store_relaxed(&s->options.sndbuf, (int)load_relaxed(&net_limits.wmem_default));
    store_relaxed(&s->options.rcvbuf, (int)load_relaxed(&net_limits.rmem_default));
    store_relaxed(&s->options.rcvlowat, 1);
    store_relaxed(&s->options.linger, -1);
    store_relaxed(&s->options.sndtimeo, TIME_FOREVER);
    store_relaxed(&s->options.rcvtimeo, TIME_FOREVER);
}

int socket_take_error(struct socket *s)
{
    if (load_relaxed(&s->error) == 0)
        return 0;
    return -atomic_exchange_explicit(&s->error, 0, memory_order_relaxed); /* one takes it */
}

uint64_t socket_deadline(const _Atomic uint64_t *timeout)
{
    uint64_t ns = load_relaxed(timeout);
    return ns == TIME_FOREVER ? ns : time_after(clock_monotonic(), ns);
}

void socket_drop_ancillary(struct socket_ancillary *a)
{
    for (unsigned i = 0; i < a->nr_files; i++)
        file_put(a->files[i]);
    kfree((void *)a->files);
    a->files = NULL;
    a->nr_files = 0;
}

static bool nonblocking(const struct file *f)
{
    return load_relaxed(&f->flags) & O_NONBLOCK;
}

static ssize_t socket_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct socket *s = f->private;
    struct socket_message m;
    (void)pos;
    if (io->left == 0)
        return 0;
    socket_message_init(&m, io, 0);
    ssize_t n = s->ops->receive(s, &m, nonblocking(f));
    *io = m.io;
    socket_drop_ancillary(&m.ancillary); /* what read(2) cannot tell is lost */
    return n;
}

static ssize_t socket_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct socket *s = f->private;
    struct socket_message m;
    (void)pos;
    socket_message_init(&m, io, 0);
    ssize_t n = s->ops->send(s, &m, nonblocking(f));
    *io = m.io;
    return n;
}

static unsigned socket_poll(struct file *f, struct poll_table *pt)
{
    struct socket *s = f->private;
    return s->ops->poll(s, pt);
}

static long socket_ioctl(struct file *f, unsigned cmd, unsigned long arg)
{
    struct socket *s = f->private;
    long result = s->ops->ioctl(s, cmd, arg);
    return result == -ENOTTY ? interface_ioctl(s->family, cmd, arg) : result;
}

static int socket_stat(struct file *f, struct statx *st)
{
    const struct socket *s = f->private;
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS;
    st->stx_mode = S_IFSOCK | 0777;
    st->stx_nlink = 1;
    st->stx_ino = s->ino;
    st->stx_blksize = PAGE_SIZE;
    st->stx_dev_minor = 8; /* of Linux's sockfs: 0:8 */
    return 0;
}

static _Atomic unsigned nr_open;

static void socket_release(struct file *f)
{
    struct socket *s = f->private;
    sub_relaxed(&nr_open, 1);
    s->ops->close(s);
    channel_put(&s->channel);
}

static const struct file_ops socket_file_ops = {
    .read = socket_read,
    .write = socket_write,
    .poll = socket_poll,
    .ioctl = socket_ioctl,
    .stat = socket_stat,
    .no_sigio = true,
    .release = socket_release,
};

unsigned socket_count(void)
{
    return load_relaxed(&nr_open);
}

struct socket *socket_of_file(const struct file *f)
{
    return f->ops == &socket_file_ops ? f->private : NULL;
}

int socket_open(struct socket *s, unsigned flags, struct file **file)
{
    struct file *f = file_alloc(&socket_file_ops, O_RDWR | flags);
    if (f == NULL) {
        s->ops->close(s);
        channel_put(&s->channel);
        return -ENOMEM;
    }
    f->private = s;
    poke(s->file, f);
    add_relaxed(&nr_open, 1);
    *file = f;
    return 0;
}
