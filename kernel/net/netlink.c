/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: AF_NETLINK sockets: their ports, and the queue of what was answered or told to a group. A
 * request is answered by the call that sends it. Programs reach the kernel (port 0) alone; other
 * ports and groups are refused as to who may not send to them.
 *
 * Locks: netlink_ports protects the list of sockets and their ports. channel.lock of a socket
 * protects its queue, and is taken inside netlink_ports, which is taken inside net_core. A socket
 * leaves the list when it is closed, and is freed after that: who holds netlink_ports may use all
 * that are in it.
 */
#include "netlink.h"

#include <asm/socket.h>
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/list.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <linux/poll.h>

#define SEND_OVERHEAD   32   /* of sndbuf, what no message may use */
#define DATAGRAM_CHARGE 512  /* what each counts against rcvbuf besides its bytes */
#define ROVER_START     4096 /* below zero, where the ports of further sockets begin */

struct datagram {
    struct list link;
    unsigned refs;  /* the queue's, and one for each call that reads it */
    unsigned group; /* that it was sent to; 0: to this socket alone */
    size_t length;
    char data[];
};

static struct mutex netlink_ports = MUTEX_INIT(netlink_ports);
static struct list sockets = LIST_INIT(sockets);

/* ---- Ports ---- */

/* netlink_ports is held. */
static bool is_taken(uint32_t port)
{
    list_for_each (it, &sockets)
        if (load_relaxed(&list_entry(it, struct netlink_socket, all)->port) == port)
            return true;
    return false;
}

/* A port that nobody has: the process's number, else one below zero. netlink_ports is held. */
static uint32_t free_port(void)
{
    static uint32_t rover = -(uint32_t)ROVER_START;
    uint32_t port = PROCESS_ID;
    while (is_taken(port)) {
        port = rover--;
        if ((int32_t)rover >= 0)
            rover = -(uint32_t)ROVER_START;
    }
    return port;
}

/* Gives a socket a port, 0: any. 0; −EADDRINUSE; −EINVAL: it has another. */
static int take_port(struct netlink_socket *n, uint32_t port)
{
    int err = 0;
    mutex_lock(&netlink_ports);
    if (load_relaxed(&n->port) != 0)
        err = load_relaxed(&n->port) == port ? 0 : -EINVAL;
    else if (port != 0 && is_taken(port))
        err = -EADDRINUSE;
    else
        store_relaxed(&n->port, port != 0 ? port : free_port());
    mutex_unlock(&netlink_ports);
    return err;
}

/* Gives it one if it has none. */
static void need_port(struct netlink_socket *n)
{
    if (load_relaxed(&n->port) == 0)
        take_port(n, 0); /* −EINVAL: another call was faster */
}

/* ---- The queue ---- */

/* Queues a datagram, or drops it, which the next call is told. */
static void enqueue(struct netlink_socket *n, struct datagram *d)
{
    size_t charge = d != NULL ? d->length + DATAGRAM_CHARGE : 0;
    mutex_lock(&n->s.channel.lock);
    bool full = n->congested || n->queued > (size_t)load_relaxed(&n->s.options.rcvbuf);
    if (d != NULL && !full) {
        list_push_back(&n->queue, &d->link);
        n->queued += charge;
    } else {
        if (!n->congested && !netlink_flag(n, NETLINK_NO_ENOBUFS))
            store_relaxed(&n->s.error, ENOBUFS);
        n->congested = true;
        kfree(d);
    }
    mutex_unlock(&n->s.channel.lock);
    wake_all(&n->s.can_read);
}

/* A datagram of that length; NULL: no memory. */
static struct datagram *datagram_alloc(size_t length)
{
    struct datagram *d = kmalloc(sizeof(*d) + length);
    if (d != NULL) {
        d->refs = 1;
        d->group = 0;
        d->length = length;
    }
    return d;
}

/* channel.lock is held. */
static void datagram_put(struct datagram *d)
{
    if (--d->refs == 0)
        kfree(d);
}

/* channel.lock is held. */
static void dequeue(struct netlink_socket *n, struct datagram *d)
{
    list_unlink(&d->link);
    n->queued -= d->length + DATAGRAM_CHARGE;
    if (list_empty(&n->queue))
        n->congested = false;
}

/* ---- Answers ---- */

/* Queues the messages that are ready. */
static void flush(struct netlink_reply *r)
{
    ASSERT(r->to != NULL);
    if (r->length == 0)
        return;
    struct datagram *d = datagram_alloc(r->length);
    if (d != NULL)
        memcpy(d->data, r->buffer, r->length);
    enqueue(r->to, d);
    r->length = 0;
    r->message = NULL;
}

/* n bytes at the end of the message, zeroed, and aligned as the next ones are. */
static void *grow(struct netlink_reply *r, size_t n)
{
    char *at = r->buffer + r->length;
    memset(at, 0, NLMSG_ALIGN(n));
    r->length += NLMSG_ALIGN(n);
    return at;
}

void *netlink_begin(struct netlink_reply *r, unsigned type, size_t size)
{
    if (r->size - r->length < NETLINK_MESSAGE_MAX)
        flush(r);
    r->message = grow(r, sizeof(*r->message));
    void *header = grow(r, size);
    *r->message = (struct nlmsghdr){
        .nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
        .nlmsg_type = (uint16_t)type,
        .nlmsg_flags = r->flags,
        .nlmsg_seq = r->seq,
        .nlmsg_pid = r->port,
    };
    return header;
}

void netlink_attribute(struct netlink_reply *r, unsigned type, const void *data, size_t n)
{
    struct nlattr *a = grow(r, NLA_HDRLEN + n);
    *a = (struct nlattr){.nla_len = (uint16_t)(NLA_HDRLEN + n), .nla_type = (uint16_t)type};
    memcpy((char *)a + NLA_HDRLEN, data, n);
    r->message->nlmsg_len = (uint32_t)(r->buffer + r->length - (char *)r->message);
    ASSERT(r->message->nlmsg_len <= NETLINK_MESSAGE_MAX);
}

void netlink_attribute_u32(struct netlink_reply *r, unsigned type, uint32_t value)
{
    netlink_attribute(r, type, &value, sizeof(value));
}

void netlink_tell(const struct nlmsghdr *message, unsigned group)
{
    mutex_lock(&netlink_ports);
    list_for_each (it, &sockets) {
        struct netlink_socket *n = list_entry(it, struct netlink_socket, all);
        if (!(load_relaxed(&n->groups) >> (group - 1) & 1))
            continue;
        struct datagram *d = datagram_alloc(message->nlmsg_len);
        if (d != NULL) {
            memcpy(d->data, message, d->length);
            d->group = group;
        }
        enqueue(n, d);
    }
    mutex_unlock(&netlink_ports);
}

bool netlink_has_listeners(void)
{
    bool any = false;
    mutex_lock(&netlink_ports);
    list_for_each (it, &sockets)
        any = any || load_relaxed(&list_entry(it, struct netlink_socket, all)->groups) != 0;
    mutex_unlock(&netlink_ports);
    return any;
}

/* Answers with an error, which repeats the whole request, or an acknowledgement (0). */
static void acknowledge(struct netlink_socket *n, const struct nlmsghdr *request, int err)
{
    bool whole = err != 0 && !netlink_flag(n, NETLINK_CAP_ACK);
    size_t repeated = whole ? request->nlmsg_len - sizeof(*request) : 0;
    size_t length = NLMSG_LENGTH(sizeof(struct nlmsgerr) + repeated);
    struct datagram *d = datagram_alloc(NLMSG_ALIGN(length));
    if (d != NULL) {
        struct nlmsghdr *h = (struct nlmsghdr *)(void *)d->data;
        memset(h, 0, d->length);
        h->nlmsg_len = (uint32_t)length;
        h->nlmsg_type = NLMSG_ERROR;
        h->nlmsg_flags = whole ? 0 : NLM_F_CAPPED;
        h->nlmsg_seq = request->nlmsg_seq;
        h->nlmsg_pid = load_relaxed(&n->port);
        struct nlmsgerr *e = NLMSG_DATA(h);
        e->error = err;
        memcpy(&e->msg, request, sizeof(*request) + repeated);
    }
    enqueue(n, d);
}

/* Answers one request, which is whole. */
static void answer(struct netlink_reply *r, const struct nlmsghdr *request)
{
    int err = 0;
    r->seq = request->nlmsg_seq;
    r->flags = 0;
    if (request->nlmsg_flags & NLM_F_REQUEST && request->nlmsg_type >= NLMSG_MIN_TYPE)
        err = rtnetlink_request(r, request);
    if (err == NETLINK_DUMPED)
        netlink_begin(r, NLMSG_DONE, sizeof(int)); /* 0: told completely */
    flush(r);
    if (err < 0 || (err == 0 && request->nlmsg_flags & NLM_F_ACK))
        acknowledge(r->to, request, err);
}

/* Answers the requests of one datagram, up to the first that is not whole. */
static void answer_all(struct netlink_reply *r, char *data, size_t left)
{
    while (left >= sizeof(struct nlmsghdr)) {
        const struct nlmsghdr *request = (struct nlmsghdr *)(void *)data;
        if (request->nlmsg_len < sizeof(*request) || request->nlmsg_len > left)
            return;
        answer(r, request);
        size_t step = MIN(NLMSG_ALIGN(request->nlmsg_len), left);
        data += step;
        left -= step;
    }
}

/* ---- Calls ---- */

static int check_address(const struct socket_address *a)
{
    return a->length < sizeof(a->nl) || a->family != AF_NETLINK ? -EINVAL : 0;
}

/* May a message go there? The kernel is port 0. */
static int check_target(const struct socket_address *a)
{
    int err = check_address(a);
    return err == 0 && (a->nl.nl_pid != 0 || a->nl.nl_groups != 0) ? -EPERM : err;
}

static int netlink_bind(struct socket *s, const struct socket_address *to)
{
    struct netlink_socket *n = netlink_of(s);
    int err = check_address(to);
    if (err == 0)
        err = take_port(n, to->nl.nl_pid);
    if (err == 0)
        netlink_join(n, to->nl.nl_groups);
    return err;
}

static int netlink_connect(struct socket *s, const struct socket_address *to, bool nonblock)
{
    (void)nonblock;
    if (to->length < sizeof(to->family))
        return -EINVAL;
    if (to->family == AF_UNSPEC)
        return 0;
    int err = check_target(to);
    if (err == 0)
        need_port(netlink_of(s));
    return err;
}

static int netlink_name(struct socket *s, bool peer, struct socket_address *name)
{
    const struct netlink_socket *n = netlink_of(s);
    *name = (struct socket_address){.length = sizeof(name->nl)};
    name->nl.nl_family = AF_NETLINK;
    if (!peer) {
        name->nl.nl_pid = load_relaxed(&n->port);
        name->nl.nl_groups = (uint32_t)load_relaxed(&n->groups);
    }
    return 0;
}

static ssize_t netlink_send(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct netlink_socket *n = netlink_of(s);
    size_t length = m->io.left;
    (void)nonblock; /* nothing of it waits */
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (length == 0)
        return -ENODATA;
    int err = m->address.length != 0 ? check_target(&m->address) : 0;
    if (err != 0)
        return err;
    need_port(n);
    if (length > (size_t)load_relaxed(&s->options.sndbuf) - SEND_OVERHEAD)
        return -EMSGSIZE;
    char *data = kmalloc_for(length, FRAME_FAULT);
    struct netlink_reply reply = {.to = n, .size = NETLINK_DATAGRAM_MAX};
    reply.buffer = kmalloc(reply.size);
    reply.port = load_relaxed(&n->port);
    if (data == NULL || reply.buffer == NULL)
        err = -ENOBUFS;
    else if (io_copy_from(&m->io, data, length) != length)
        err = -EFAULT;
    else
        answer_all(&reply, data, length);
    kfree(reply.buffer);
    kfree(data);
    return err != 0 ? err : (ssize_t)length;
}

static bool has_news(struct netlink_socket *n)
{
    return !list_empty(&n->queue) || load_relaxed(&n->s.error) != 0;
}

/* Waits for a datagram and takes it off the queue, or looks at it. NULL: *err. */
static struct datagram *take_datagram(struct netlink_socket *n, bool peek, bool nonblock, int *err)
{
    struct datagram *d = NULL;
    uint64_t deadline = socket_deadline(&n->s.options.rcvtimeo);
    mutex_lock(&n->s.channel.lock);
    do { /* another call may take the error that ended the wait */
        *err = socket_wait(&n->s, &n->s.can_read, has_news(n), nonblock, deadline);
        int pending = socket_take_error(&n->s); /* before what is there */
        if (pending != 0)
            *err = pending;
    } while (*err == 0 && list_empty(&n->queue));
    if (*err == 0) {
        d = list_first(&n->queue, struct datagram, link);
        if (peek)
            d->refs++;
        else
            dequeue(n, d);
    }
    mutex_unlock(&n->s.channel.lock);
    return d;
}

static ssize_t netlink_receive(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct netlink_socket *n = netlink_of(s);
    int err;
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    struct datagram *d =
        take_datagram(n, m->flags & MSG_PEEK, nonblock || m->flags & MSG_DONTWAIT, &err);
    if (d == NULL)
        return err;
    size_t copy = MIN(d->length, m->io.left);
    ssize_t result = (ssize_t)(m->flags & MSG_TRUNC ? d->length : copy);
    if (copy < d->length)
        m->is_flags |= MSG_TRUNC;
    if (io_copy_to(&m->io, d->data, copy) != copy)
        result = -EFAULT; /* and the datagram is gone, as on Linux */
    m->address = (struct socket_address){.length = sizeof(m->address.nl)};
    m->address.nl.nl_family = AF_NETLINK;
    m->address.nl.nl_groups = d->group > 0 && d->group <= 32 ? 1U << (d->group - 1) : 0;
    m->ancillary.has_creds = true; /* the kernel's: nobody, root */
    if (netlink_tell_group(n, m, d->group) != 0)
        result = -EFAULT;
    mutex_lock(&s->channel.lock);
    datagram_put(d);
    mutex_unlock(&s->channel.lock);
    return result;
}

static unsigned netlink_poll(struct socket *s, struct poll_table *pt)
{
    struct netlink_socket *n = netlink_of(s);
    unsigned ready = POLLOUT | POLLWRNORM | POLLWRBAND;
    poll_wait(pt, &s->can_read, POLLIN | POLLRDNORM);
    mutex_lock(&s->channel.lock);
    if (!list_empty(&n->queue))
        ready |= POLLIN | POLLRDNORM;
    if (load_relaxed(&s->error) != 0)
        ready |= POLLERR;
    mutex_unlock(&s->channel.lock);
    return ready;
}

static long netlink_ioctl(struct socket *s, unsigned cmd, unsigned long arg)
{
    (void)s, (void)cmd, (void)arg;
    return -ENOTTY;
}

static ssize_t netlink_get_option(struct socket *s, int name, void *value, size_t size)
{
    (void)s;
    return socket_get_stranger_option(name, false, value, size);
}

static int netlink_listen(struct socket *s, unsigned backlog)
{
    (void)s, (void)backlog;
    return -EOPNOTSUPP;
}

static int netlink_accept(struct socket *s, bool nonblock, struct socket **child)
{
    (void)s, (void)nonblock, (void)child;
    return -EOPNOTSUPP;
}

static int netlink_shutdown(struct socket *s, enum shutdown_how how)
{
    (void)s, (void)how;
    return -EOPNOTSUPP;
}

/* What is queued stays until the last call on the socket is done. */
static void netlink_close(struct socket *s)
{
    mutex_lock(&netlink_ports);
    list_remove(&netlink_of(s)->all);
    mutex_unlock(&netlink_ports);
}

static void netlink_free(struct channel *c)
{
    struct netlink_socket *n = netlink_of(socket_of(c));
    list_for_each_safe (it, next, &n->queue)
        kfree(list_entry(it, struct datagram, link));
    kfree(n);
}

static const struct socket_ops netlink_ops = {
    .bind = netlink_bind,
    .connect = netlink_connect,
    .listen = netlink_listen,
    .accept = netlink_accept,
    .name = netlink_name,
    .send = netlink_send,
    .receive = netlink_receive,
    .shutdown = netlink_shutdown,
    .poll = netlink_poll,
    .ioctl = netlink_ioctl,
    .get_option = netlink_get_option,
    .set_level = netlink_set_level,
    .get_level = netlink_get_level,
    .close = netlink_close,
};

int netlink_create(int type, int protocol, struct socket **s)
{
    if (type != SOCK_RAW && type != SOCK_DGRAM)
        return -ESOCKTNOSUPPORT;
    if (protocol != NETLINK_ROUTE)
        return -EPROTONOSUPPORT;
    struct netlink_socket *n = kzalloc(sizeof(*n));
    if (n == NULL)
        return -ENOMEM;
    socket_init(&n->s, &netlink_ops, AF_NETLINK, type, protocol, netlink_free);
    list_init(&n->queue);
    mutex_lock(&netlink_ports);
    list_push_back(&sockets, &n->all);
    mutex_unlock(&netlink_ports);
    *s = &n->s;
    return 0;
}

void netlink_show(struct text *t)
{
    mutex_lock(&netlink_ports);
    list_for_each (it, &sockets) {
        struct netlink_socket *n = list_entry(it, struct netlink_socket, all);
        mutex_lock(&n->s.channel.lock);
        size_t queued = n->queued;
        mutex_unlock(&n->s.channel.lock);
        text_printf(t, "%016x %-3d %-10u %08x %-8lu %-8d %-5d %-8d %-8d %-8lu\n", 0, n->s.protocol,
                    load_relaxed(&n->port), (uint32_t)load_relaxed(&n->groups), queued, 0, 0, 2, 0,
                    n->s.ino);
    }
    mutex_unlock(&netlink_ports);
}
