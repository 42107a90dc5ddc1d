/* SPDX-License-Identifier: BSD-3-Clause */
/* Sending and receiving on sockets, with addresses and control messages. No locks. */
#include "syscall.h"
#include <asm/socket.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/time_types.h>
#include <linux/uio.h>

#include "handlers.h"
#include "io_import.h"
#include "socket_call.h"
#include "timespec.h"

#define MESSAGES_MAX 1024 /* of sendmmsg(2) and recvmmsg(2): UIO_MAXIOV */

long sys_sendto(int fd, const void __user *data, size_t size, unsigned flags,
                const void __user *address, int length)
{
    struct socket_message m;
    struct io_segment segment;
    struct io_cursor io;
    struct socket *s;
    struct file *f;
    if (io_import_buffer(&io, &segment, data, size) != 0)
        return -EFAULT;
    socket_message_init(&m, &io, flags & ~MSG_CMSG_COMPAT);
    long result = socket_get(fd, &f, &s);
    if (result != 0)
        return result;
    if (address != NULL)
        result = address_get(&m.address, address, length);
    if (result == 0)
        result = s->ops->send(s, &m, socket_file_nonblocking(f));
    file_put(f);
    return result;
}

long sys_recvfrom(int fd, void __user *data, size_t size, unsigned flags, void __user *address,
                  int __user *length)
{
    struct socket_message m;
    struct io_segment segment;
    struct io_cursor io;
    struct socket *s;
    struct file *f;
    if (io_import_buffer(&io, &segment, data, size) != 0)
        return -EFAULT;
    socket_message_init(&m, &io, flags & ~MSG_CMSG_COMPAT);
    m.wants_address = address != NULL;
    long result = socket_get(fd, &f, &s);
    if (result != 0)
        return result;
    result = s->ops->receive(s, &m, socket_file_nonblocking(f));
    if (result >= 0 && address != NULL) {
        int err = address_put(&m.address, address, length);
        result = err != 0 ? err : result;
    }
    socket_drop_ancillary(&m.ancillary);
    file_put(f);
    return result;
}

/* Adds the files of an SCM_RIGHTS message. 0, −EBADF, −EINVAL (too many), −ENOMEM. */
static int add_files(struct socket_ancillary *a, const char *data, size_t size)
{
    size_t n = size / sizeof(int);
    if (n == 0)
        return 0;
    if (a->nr_files + n > SOCKET_RIGHTS_MAX)
        return -EINVAL;
    if (a->files == NULL)
        a->files = kzalloc(SOCKET_RIGHTS_MAX * sizeof(struct file *));
    if (a->files == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        int fd;
        memcpy(&fd, data + i * sizeof(int), sizeof(fd));
        struct file *f = fd_get_raw(fd);
        if (f == NULL)
            return -EBADF;
        a->files[a->nr_files++] = f;
    }
    return 0;
}

/* The process is root: it may claim any user, and to be any process that there is. */
static int set_creds(struct socket_ancillary *a, const char *data, size_t size)
{
    if (size != sizeof(a->creds))
        return -EINVAL;
    memcpy(&a->creds, data, sizeof(a->creds));
    if (a->creds.pid != PROCESS_ID)
        return -ESRCH;
    if (a->creds.uid == ~0U || a->creds.gid == ~0U)
        return -EINVAL;
    a->has_creds = true;
    return 0;
}

/* One control message for all families. The others are the family's, which reads them itself. */
static int add_control(struct socket *s, struct socket_ancillary *a, const struct cmsghdr *header,
                       const char *data)
{
    size_t size = header->length - sizeof(*header);
    bool local = s->family == AF_UNIX || s->family == AF_NETLINK;
    if (header->level != SOL_SOCKET)
        return 0;
    switch (header->type) {
    case SCM_RIGHTS:
        if (s->family != AF_UNIX)
            return local ? -EINVAL : 0;
        return add_files(a, data, size);
    case SCM_CREDENTIALS:
        return local ? set_creds(a, data, size) : 0;
    case SO_TIMESTAMPING_OLD:
    case SO_TIMESTAMPING_NEW:
        return local ? -EINVAL : 0; /* read by the family */
    default:
        return -EINVAL;
    }
}

static int read_control(struct socket *s, struct socket_ancillary *a, const char *buf, size_t size)
{
    struct cmsghdr header;
    const char *data;
    size_t at = 0;
    int more;
    while ((more = socket_control_next(buf, size, &at, &header, &data)) > 0) {
        int err = add_control(s, a, &header, data);
        if (err != 0)
            return err;
    }
    return more;
}

#define CONTROL_MAX 20480 /* net.core.optmem_max */

/* Reads the control messages, which m refers to in *buf: kmalloc. */
static int get_control(struct socket *s, struct socket_message *m, const struct user_msghdr *h,
                       char **buf)
{
    if (h->control_length > CONTROL_MAX)
        return -ENOBUFS;
    if (h->control_length == 0)
        return 0;
    *buf = kmalloc_for(h->control_length, FRAME_FAULT);
    if (*buf == NULL)
        return -ENOBUFS;
    int err = copy_from_user(*buf, user_ptr(h->control), h->control_length);
    if (err == 0)
        err = read_control(s, &m->ancillary, *buf, h->control_length);
    m->sent_control = *buf;
    m->sent_control_size = h->control_length;
    return err;
}

/* Reads the header and its vector. 0 or −errno; after 0 call io_import_free(). */
static int get_header(struct user_msghdr *h, struct io_import *im,
                      const struct user_msghdr __user *user)
{
    if (copy_from_user(h, user, sizeof(*h)) != 0)
        return -EFAULT;
    if (h->name == 0)
        h->name_length = 0;
    if (h->name_length < 0)
        return -EINVAL;
    h->name_length = MIN(h->name_length, SOCKET_ADDRESS_MAX);
    if (h->nr_segments > UIO_MAXIOV)
        return -EMSGSIZE;
    return io_import_iovec(im, user_ptr(h->segments), h->nr_segments);
}

static long send_message(struct socket *s, const struct user_msghdr __user *user, unsigned flags,
                         bool nonblock)
{
    struct socket_message m = {.flags = flags};
    struct user_msghdr h;
    struct io_import im;
    char *control = NULL;
    long result = get_header(&h, &im, user);
    if (result != 0)
        return result;
    m.io = im.io;
    if (h.name_length > 0)
        result = address_get(&m.address, user_ptr(h.name), h.name_length);
    if (result == 0)
        result = get_control(s, &m, &h, &control);
    if (result == 0)
        result = s->ops->send(s, &m, nonblock);
    socket_drop_ancillary(&m.ancillary); /* what was not sent */
    kfree(control);
    io_import_free(&im);
    return result;
}

long sys_sendmsg(int fd, const struct user_msghdr __user *message, unsigned flags)
{
    struct socket *s;
    struct file *f;
    if (flags & MSG_CMSG_COMPAT)
        return -EINVAL;
    long result = socket_get(fd, &f, &s);
    if (result != 0)
        return result;
    result = send_message(s, message, flags, socket_file_nonblocking(f));
    file_put(f);
    return result;
}

/* Installs received files as long as there is room and descriptors. Their number. */
static unsigned install_files(struct socket_ancillary *a, int *fds, unsigned n, bool cloexec)
{
    unsigned i = 0;
    for (; i < n; i++) {
        file_get(a->files[i]); /* the list's own reference is given back with it */
        fds[i] = fd_install(a->files[i], 0, cloexec);
        if (fds[i] < 0) {
            file_put(a->files[i]);
            break;
        }
    }
    return i;
}

static int put_files(struct socket_message *m)
{
    const struct socket_control *c = m->control;
    size_t header = sizeof(struct cmsghdr);
    size_t room = c->left > header ? (c->left - header) / sizeof(int) : 0;
    unsigned n = (unsigned)MIN(room, (size_t)m->ancillary.nr_files);
    int err = 0;
    int *fds = kmalloc_for(MAX(n, 1U) * sizeof(int), FRAME_FAULT);
    if (fds == NULL)
        return -ENOMEM;
    n = install_files(&m->ancillary, fds, n, m->is_flags & MSG_CMSG_CLOEXEC);
    if (n < m->ancillary.nr_files)
        m->is_flags |= MSG_CTRUNC;
    if (n > 0)
        err = socket_put_control(m, SOL_SOCKET, SCM_RIGHTS, fds, n * sizeof(int));
    kfree(fds);
    return err;
}

/* Stores what came with a message. */
static int put_ancillary(struct socket *s, struct socket_message *m)
{
    bool creds = m->ancillary.has_creds && socket_flag(s, SO_PASSCRED);
    int err = 0;
    if (m->control->at == 0) {
        if (creds || m->ancillary.nr_files > 0)
            m->is_flags |= MSG_CTRUNC;
        return 0;
    }
    if (creds)
        err = socket_put_control(m, SOL_SOCKET, SCM_CREDENTIALS, &m->ancillary.creds,
                                 sizeof(m->ancillary.creds));
    if (err == 0 && m->ancillary.nr_files > 0)
        err = put_files(m);
    return err;
}

static long receive_message(struct socket *s, struct user_msghdr __user *user, unsigned flags,
                            bool nonblock)
{
    struct user_msghdr h;
    struct io_import im;
    int err = get_header(&h, &im, user);
    if (err != 0)
        return err;
    struct socket_control control = {.at = h.control, .left = h.control_length};
    struct socket_message m = {.io = im.io,
                               .flags = flags,
                               .is_flags = flags & MSG_CMSG_CLOEXEC,
                               .wants_address = h.name != 0,
                               .control = &control};
    long n = s->ops->receive(s, &m, nonblock);
    if (n >= 0)
        err = put_ancillary(s, &m);
    if (n >= 0 && err == 0 && h.name != 0)
        err = address_put(&m.address, user_ptr(h.name), &user->name_length);
    if (n >= 0 && err == 0)
        err = put_user_u32(&user->flags, m.is_flags);
    if (n >= 0 && err == 0)
        err = put_user_u64(&user->control_length, control.used);
    socket_drop_ancillary(&m.ancillary);
    io_import_free(&im);
    return err != 0 ? err : n;
}

long sys_recvmsg(int fd, struct user_msghdr __user *message, unsigned flags)
{
    struct socket *s;
    struct file *f;
    if (flags & MSG_CMSG_COMPAT)
        return -EINVAL;
    long result = socket_get(fd, &f, &s);
    if (result != 0)
        return result;
    result = receive_message(s, message, flags, socket_file_nonblocking(f));
    file_put(f);
    return result;
}

long sys_sendmmsg(int fd, struct mmsghdr __user *messages, unsigned n, unsigned flags)
{
    struct socket *s;
    struct file *f;
    unsigned i = 0;
    if (flags & MSG_CMSG_COMPAT)
        return -EINVAL;
    long result = socket_get(fd, &f, &s);
    if (result != 0)
        return result;
    for (n = MIN(n, MESSAGES_MAX); i < n; i++) {
        result = send_message(s, &messages[i].header, flags, socket_file_nonblocking(f));
        if (result >= 0)
            result = put_user_u32(&messages[i].length, (uint32_t)result);
        if (result < 0)
            break;
    }
    file_put(f);
    return i > 0 ? (long)i : result;
}

/* Receives up to n messages, until the deadline, which is looked at after each, as on Linux. */
static long receive_messages(struct file *f, struct socket *s, struct mmsghdr __user *messages,
                             unsigned n, unsigned flags, uint64_t deadline)
{
    bool nonblock = socket_file_nonblocking(f);
    long result = 0;
    unsigned i = 0;
    while (i < n) {
        result = receive_message(s, &messages[i].header, flags & ~MSG_WAITFORONE, nonblock);
        if (result >= 0)
            result = put_user_u32(&messages[i].length, (uint32_t)result);
        if (result < 0)
            break;
        i++;
        nonblock = nonblock || flags & MSG_WAITFORONE;
        if (deadline != TIME_FOREVER && clock_monotonic() >= deadline)
            break;
    }
    if (i == 0)
        return result;
    if (result < 0 && result != -EAGAIN && result != -ERESTARTSYS && result != -EINTR)
        atomic_store_explicit(&s->error, (int)-result, memory_order_relaxed); /* the next call's */
    return i;
}

long sys_recvmmsg(int fd, struct mmsghdr __user *messages, unsigned n, unsigned flags,
                  struct __kernel_timespec __user *timeout)
{
    uint64_t deadline;
    struct socket *s;
    struct file *f;
    if (flags & MSG_CMSG_COMPAT)
        return -EINVAL;
    int err = get_user_deadline(&deadline, timeout);
    if (err == 0)
        err = socket_get(fd, &f, &s);
    if (err != 0)
        return err;
    err = socket_take_error(s);
    long result = err;
    if (err == 0)
        result = receive_messages(f, s, messages, MIN(n, MESSAGES_MAX), flags, deadline);
    file_put(f);
    if (result >= 0 && timeout != NULL &&
        put_user_time(timeout, time_until(deadline, clock_monotonic())) != 0)
        return -EFAULT;
    return result;
}
