/* SPDX-License-Identifier: BSD-3-Clause */
/* socket(2), and the calls that name, connect and set sockets. No locks: those of the sockets. */
#include "syscall.h"
#include <asm/socket.h>
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>

#include "handlers.h"
#include "socket_call.h"

int socket_get(int fd, struct file **f, struct socket **s)
{
    *f = fd_get(fd);
    if (*f == NULL)
        return -EBADF;
    *s = socket_of_file(*f);
    if (*s != NULL)
        return 0;
    file_put(*f);
    return -ENOTSOCK;
}

bool socket_file_nonblocking(const struct file *f)
{
    return load_relaxed(&f->flags) & O_NONBLOCK;
}

int address_get(struct socket_address *a, const void __user *user, int length)
{
    if (length < 0 || length > SOCKET_ADDRESS_MAX)
        return -EINVAL;
    *a = (struct socket_address){.length = (unsigned)length};
    return copy_from_user(a->bytes, user, (size_t)length);
}

int address_put(const struct socket_address *a, void __user *user, int __user *user_length)
{
    uint32_t room;
    if (get_user_u32(&room, user_ptr(user_addr(user_length))) != 0)
        return -EFAULT;
    if ((int)room < 0)
        return -EINVAL;
    if (copy_to_user(user, a->bytes, MIN(room, a->length)) != 0)
        return -EFAULT;
    return put_user_u32(user_ptr(user_addr(user_length)), a->length);
}

/* The file of a new socket at a reserved descriptor, which is published or cancelled. */
static long open_at(int fd, struct socket *s, unsigned flags)
{
    struct file *f;
    int err = socket_open(s, flags & SOCK_NONBLOCK, &f);
    if (err != 0) {
        fd_cancel(fd);
        return err;
    }
    fd_publish(fd, f);
    return fd;
}

#define TYPE_FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

long sys_socket(int family, int type, int protocol)
{
    unsigned flags = (unsigned)type & ~(unsigned)SOCK_TYPE_MASK;
    struct socket *s;
    if (flags & ~(unsigned)TYPE_FLAGS)
        return -EINVAL;
    int err = socket_create(family, type & SOCK_TYPE_MASK, protocol, &s);
    if (err != 0)
        return err;
    int fd = fd_reserve(0, flags & SOCK_CLOEXEC);
    if (fd >= 0)
        return open_at(fd, s, flags);
    s->ops->close(s);
    channel_put(&s->channel);
    return fd;
}

/* Publishes both files of a pair, or neither. The descriptors are reserved. */
static long open_pair(const int fd[2], struct socket *pair[2], unsigned flags)
{
    struct file *first, *second;
    int err = socket_open(pair[0], flags & SOCK_NONBLOCK, &first);
    if (err != 0) {
        pair[1]->ops->close(pair[1]);
        channel_put(&pair[1]->channel);
        return err;
    }
    err = socket_open(pair[1], flags & SOCK_NONBLOCK, &second);
    if (err != 0) {
        file_put(first);
        return err;
    }
    fd_publish(fd[0], first);
    fd_publish(fd[1], second);
    return 0;
}

long sys_socketpair(int family, int type, int protocol, int __user *user)
{
    unsigned flags = (unsigned)type & ~(unsigned)SOCK_TYPE_MASK;
    struct socket *pair[2];
    int fd[2];
    if (flags & ~(unsigned)TYPE_FLAGS)
        return -EINVAL;
    fd[0] = fd_reserve(0, flags & SOCK_CLOEXEC);
    if (fd[0] < 0)
        return fd[0];
    fd[1] = fd_reserve(0, flags & SOCK_CLOEXEC);
    long err = fd[1] < 0 ? fd[1] : copy_to_user(user, fd, sizeof(fd));
    if (err == 0)
        err = socket_create_pair(family, type & SOCK_TYPE_MASK, protocol, pair);
    if (err == 0)
        err = open_pair(fd, pair, flags);
    if (err != 0) {
        if (fd[1] >= 0)
            fd_cancel(fd[1]);
        fd_cancel(fd[0]);
    }
    return err;
}

long sys_bind(int fd, const void __user *address, int length)
{
    struct socket_address a;
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = address_get(&a, address, length);
    if (err == 0)
        err = s->ops->bind(s, &a);
    file_put(f);
    return err;
}

long sys_connect(int fd, const void __user *address, int length)
{
    struct socket_address a;
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = address_get(&a, address, length);
    if (err == 0)
        err = s->ops->connect(s, &a, socket_file_nonblocking(f));
    file_put(f);
    return err;
}

long sys_listen(int fd, int backlog)
{
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = s->ops->listen(s, (unsigned)backlog);
    file_put(f);
    return err;
}

/* Stores the peer's name of an accepted socket. */
static int tell_peer(struct socket *child, void __user *address, int __user *length)
{
    struct socket_address a;
    if (address == NULL)
        return 0;
    int err = child->ops->name(child, true, &a);
    return err != 0 ? -ECONNABORTED : address_put(&a, address, length);
}

static long accept_at(int fd, struct socket *s, bool nonblock, void __user *address,
                      int __user *length, unsigned flags)
{
    struct socket *child;
    struct file *f;
    int err = s->ops->accept(s, nonblock, &child);
    if (err != 0)
        return err;
    err = socket_open(child, flags & SOCK_NONBLOCK, &f);
    if (err != 0)
        return err;
    err = tell_peer(child, address, length);
    if (err != 0) {
        file_put(f);
        return err;
    }
    fd_publish(fd, f);
    return fd;
}

long sys_accept4(int fd, void __user *address, int __user *length, int flags)
{
    struct socket *s;
    struct file *f;
    if (flags & ~TYPE_FLAGS)
        return -EINVAL;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    int new = fd_reserve(0, flags & SOCK_CLOEXEC);
    long result = new;
    if (new >= 0)
        result = accept_at(new, s, socket_file_nonblocking(f), address, length, (unsigned)flags);
    if (new >= 0 && result < 0)
        fd_cancel(new);
    file_put(f);
    return result;
}

long sys_accept(int fd, void __user *address, int __user *length)
{
    return sys_accept4(fd, address, length, 0);
}

static long get_name(int fd, bool peer, void __user *address, int __user *length)
{
    struct socket_address a;
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = s->ops->name(s, peer, &a);
    if (err == 0)
        err = address_put(&a, address, length);
    file_put(f);
    return err;
}

long sys_getsockname(int fd, void __user *address, int __user *length)
{
    return get_name(fd, false, address, length);
}

long sys_getpeername(int fd, void __user *address, int __user *length)
{
    return get_name(fd, true, address, length);
}

long sys_shutdown(int fd, int how)
{
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = how < SHUT_RD || how > SHUT_RDWR ? -EINVAL : s->ops->shutdown(s, (enum shutdown_how)how);
    file_put(f);
    return err;
}

static long set_option(struct socket *s, int level, int name, const void __user *user, int length)
{
    char value[SOCKET_OPTION_MAX] = {0};
    if (level != SOL_SOCKET && s->ops->set_level == NULL)
        return -EOPNOTSUPP;
    if (level == SOL_SOCKET && name != SO_BINDTODEVICE && length < (int)sizeof(int))
        return -EINVAL;
    size_t size = MIN((size_t)length, sizeof(value));
    if (copy_from_user(value, user, size) != 0)
        return -EFAULT;
    if (level != SOL_SOCKET)
        return s->ops->set_level(s, level, name, value, size);
    return socket_set_option(s, name, value, size);
}

long sys_setsockopt(int fd, int level, int name, const void __user *value, int length)
{
    struct socket *s;
    struct file *f;
    if (length < 0)
        return -EINVAL;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    long result = set_option(s, level, name, value, length);
    file_put(f);
    return result;
}

static long get_option(struct socket *s, int level, int name, void __user *user,
                       int __user *user_length)
{
    char value[SOCKET_OPTION_MAX];
    uint32_t length;
    if (level != SOL_SOCKET && s->ops->get_level == NULL)
        return -EOPNOTSUPP;
    if (get_user_u32(&length, user_ptr(user_addr(user_length))) != 0)
        return -EFAULT;
    if ((int)length < 0)
        return -EINVAL;
    size_t size = MIN(length, sizeof(value));
    ssize_t n = level == SOL_SOCKET ? socket_get_option(s, name, value, size)
                                    : s->ops->get_level(s, level, name, value, size);
    if (n < 0)
        return n;
    if (copy_to_user(user, value, MIN((size_t)n, size)) != 0) /* some tell how much there is */
        return -EFAULT;
    return put_user_u32(user_ptr(user_addr(user_length)), (uint32_t)n);
}

long sys_getsockopt(int fd, int level, int name, void __user *value, int __user *length)
{
    struct socket *s;
    struct file *f;
    int err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    long result = get_option(s, level, name, value, length);
    file_put(f);
    return result;
}
