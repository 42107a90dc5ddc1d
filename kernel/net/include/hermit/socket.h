/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets: what all families share. A socket is a channel (hermit/channel.h) with one file;
 * connections, messages on their way and lists of a family may hold it, too, so it may outlive its
 * file. A family is a row of the table in socket.c and a struct socket_ops.
 *
 * Results are those of the calls of the same name in Linux 6.1, −errno included; −ERESTARTSYS and
 * −EINTR for interrupted waits.
 */
#ifndef HERMIT_SOCKET_H
#define HERMIT_SOCKET_H

#include <hermit/channel.h>
#include <hermit/file.h>
#include <hermit/poll.h>
#include <hermit/socket_abi.h>

struct socket;

#define SOCKET_BUFFER_DEFAULT 212992 /* of net.core.wmem_default and its kin, bytes */
#define SOCKET_RIGHTS_MAX     SCM_MAX_FD
#define SOCKET_OPTION_MAX     264 /* bytes of the longest value, struct group_source_req */

/* Open files on their way, and who sent them. */
struct socket_ancillary {
    struct file **files; /* kmalloc, with references; NULL: none */
    unsigned nr_files;
    bool has_creds;
    struct ucred creds;
};

/* The application's room for the control messages of a receiving call. */
struct socket_control {
    uintptr_t at; /* 0: none */
    size_t left, used;
};

/* One call that sends or receives. */
struct socket_message {
    struct io_cursor io;
    struct socket_address address; /* sending: where to; receiving: where from */
    struct socket_ancillary ancillary;
    unsigned flags;    /* MSG_* of the caller */
    unsigned is_flags; /* MSG_* that recvmsg(2) reports */
    bool wants_address;
    const char *sent_control; /* sending: control messages, checked by socket_control_next() */
    size_t sent_control_size;
    struct socket_control *control; /* receiving; NULL: the call has no room for any */
};

/* A call without address and control messages; the address's bytes are not cleared, which takes
 * longer than all the rest. */
static inline void socket_message_init(struct socket_message *m, const struct io_cursor *io,
                                       unsigned flags)
{
    m->io = *io;
    m->address.length = 0;
    m->ancillary = (struct socket_ancillary){.nr_files = 0};
    m->flags = flags;
    m->is_flags = 0;
    m->wants_address = false;
    m->sent_control = NULL;
    m->sent_control_size = 0;
    m->control = NULL;
}

struct socket_ops {
    int (*bind)(struct socket *s, const struct socket_address *to);
    int (*connect)(struct socket *s, const struct socket_address *to, bool nonblock);
    int (*listen)(struct socket *s, unsigned backlog);
    int (*accept)(struct socket *s, bool nonblock, struct socket **child); /* with a reference */
    int (*name)(struct socket *s, bool peer, struct socket_address *name);
    ssize_t (*send)(struct socket *s, struct socket_message *m, bool nonblock);
    ssize_t (*receive)(struct socket *s, struct socket_message *m, bool nonblock);
    int (*shutdown)(struct socket *s, enum shutdown_how how);
    unsigned (*poll)(struct socket *s, struct poll_table *pt);
    long (*ioctl)(struct socket *s, unsigned cmd, unsigned long arg);
    /* Of SOL_SOCKET, what the family answers: SO_PEERCRED … Length or −errno. */
    ssize_t (*get_option)(struct socket *s, int name, void *value, size_t size);
    /* … and what it sets, NULL: nothing. 0 or −errno. */
    int (*set_option)(struct socket *s, int name, const void *value, size_t size);
    /* Other levels, NULL: there are none. Values are up to SOCKET_OPTION_MAX bytes. */
    int (*set_level)(struct socket *s, int level, int name, const void *value, size_t size);
    ssize_t (*get_level)(struct socket *s, int level, int name, void *value, size_t size);
    void (*changed)(struct socket *s); /* an option of SOL_SOCKET was set; NULL: no matter */
    void (*close)(struct socket *s);   /* the file is gone */
};

/* Of a buffer whose size was asked for, and so does not grow by itself. */
#define SOCKET_FIXED_SNDBUF 1U
#define SOCKET_FIXED_RCVBUF 2U

/* State of a socket that is set by setsockopt(2); read without a lock. */
struct socket_options {
    _Atomic unsigned flags; /* 1 << SO_*, of those that are on or off */
    _Atomic unsigned fixed; /* SOCKET_FIXED_* */
    _Atomic int sndbuf, rcvbuf, priority, mark, rcvlowat;
    _Atomic uint64_t sndtimeo, rcvtimeo; /* ns, TIME_FOREVER: none */
    _Atomic int linger;                  /* s; −1: off */
};

struct socket {
    struct channel channel; /* its lock protects what the family says */
    const struct socket_ops *ops;
    int family, type, protocol; /* constant */
    struct file *file;          /* no reference; NULL: it has none, or not any more */
    struct socket_options options;
    _Atomic int error; /* errno of what happened since; SO_ERROR takes it */
    uint64_t ino;
    struct wait_queue can_read, can_write;
};

/* Sets what all families share. One reference. `free`: of the channel. */
void socket_init(struct socket *s, const struct socket_ops *ops, int family, int type, int protocol,
                 void (*free)(struct channel *));

static inline struct socket *socket_of(struct channel *c)
{
    return container_of(c, struct socket, channel);
}

/* socket(2): a socket without a file, with a reference. socketpair(2): two that are connected. */
int socket_create(int family, int type, int protocol, struct socket **s);
int socket_create_pair(int family, int type, int protocol, struct socket *pair[2]);

/* The socket's file, which takes over the reference. flags: O_NONBLOCK. 0 or −ENOMEM: the reference
 * is given back. */
int socket_open(struct socket *s, unsigned flags, struct file **file);

/* Sockets that are open files. Any context. */
unsigned socket_count(void);

/* The socket of a file; NULL: it is none. */
struct socket *socket_of_file(const struct file *f);

/* SOL_SOCKET. get: the length, or −errno. */
ssize_t socket_get_option(struct socket *s, int name, void *value, size_t size);
int socket_set_option(struct socket *s, int name, const void *value, size_t size);
/* ops->get_option of a family whose sockets do not know who is at the other end. */
ssize_t socket_get_stranger_option(int name, bool listens, void *value, size_t size);

static inline bool socket_flag(const struct socket *s, int name)
{
    return atomic_load_explicit(&s->options.flags, memory_order_relaxed) >> name & 1;
}

/* Takes the pending error: −errno or 0. */
int socket_take_error(struct socket *s);

/* Deadlines of a call that begins now, ns. */
uint64_t socket_deadline(const _Atomic uint64_t *timeout);

/* Of a call's wait: −ETIMEDOUT is −EAGAIN, and with a time-out a call is not restarted. */
static inline int socket_wait_error(int err, uint64_t deadline)
{
    if (err == -ETIMEDOUT)
        return -EAGAIN;
    return err == -ERESTARTSYS && deadline != TIME_FOREVER ? -EINTR : err;
}

/* wait_locked() on a queue of the socket, whose lock is held, until the deadline. */
#define socket_wait(s, wq, cond, nonblock, deadline)                                               \
    socket_wait_error(                                                                             \
        wait_locked(cond, nonblock, wait_unlocked(&(s)->channel.lock, (wq), deadline)), deadline)

/* control.c. The control message at *at of those that were sent, and on to the next one: 1, 0:
 * there is none any more, −EINVAL. */
int socket_control_next(const char *buf, size_t size, size_t *at, struct cmsghdr *header,
                        const char **data);
/* Stores one for the receiver; cut if there is less room. 0 or −EFAULT. Not locked. */
int socket_put_control(struct socket_message *m, int level, int type, const void *data,
                       size_t size);

/* Gives back what a message carries. */
void socket_drop_ancillary(struct socket_ancillary *a);

#endif
