/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of calls that packetdrill (github.com/google/packetdrill) loads from a shared object
 * that it is given by --so_filename, instead of asking the kernel that it runs on. It looks for
 * packetdrill_interface_init() and has the table filled in. Order and types are those of
 * gtests/net/packetdrill/packetdrill.h there, at commit 2c4001c; nothing else is.
 *
 * All results are those of the C library's functions: −1 and errno.
 */
#ifndef PACKETDRILL_H
#define PACKETDRILL_H

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

struct packetdrill_calls {
    void *self; /* first argument of all that follow */
    void (*end)(void *self);
    int (*socket)(void *self, int family, int type, int protocol);
    int (*bind)(void *self, int fd, const struct sockaddr *name, socklen_t size);
    int (*listen)(void *self, int fd, int backlog);
    int (*accept)(void *self, int fd, struct sockaddr *name, socklen_t *size);
    int (*connect)(void *self, int fd, const struct sockaddr *name, socklen_t size);
    ssize_t (*read)(void *self, int fd, void *data, size_t size);
    ssize_t (*readv)(void *self, int fd, const struct iovec *pieces, int nr);
    ssize_t (*recv)(void *self, int fd, void *data, size_t size, int flags);
    ssize_t (*recvfrom)(void *self, int fd, void *data, size_t size, int flags,
                        struct sockaddr *name, socklen_t *name_size);
    ssize_t (*recvmsg)(void *self, int fd, struct msghdr *message, int flags);
    ssize_t (*write)(void *self, int fd, const void *data, size_t size);
    ssize_t (*writev)(void *self, int fd, const struct iovec *pieces, int nr);
    ssize_t (*send)(void *self, int fd, const void *data, size_t size, int flags);
    ssize_t (*sendto)(void *self, int fd, const void *data, size_t size, int flags,
                      const struct sockaddr *name, socklen_t name_size);
    ssize_t (*sendmsg)(void *self, int fd, const struct msghdr *message, int flags);
    int (*fcntl)(void *self, int fd, int command, ...);
    int (*ioctl)(void *self, int fd, unsigned long request, ...);
    int (*close)(void *self, int fd);
    int (*shutdown)(void *self, int fd, int how);
    int (*getsockopt)(void *self, int fd, int level, int name, void *value, socklen_t *size);
    int (*setsockopt)(void *self, int fd, int level, int name, const void *value, socklen_t size);
    int (*poll)(void *self, struct pollfd *files, nfds_t nr, int timeout_ms);
    /* A packet of IP for the sockets. 0. */
    int (*netdev_send)(void *self, const void *packet, size_t size);
    /* Waits for the next packet of theirs. *size: room, then what there is; *when: µs. 0. */
    int (*netdev_receive)(void *self, void *packet, size_t *size, long long *when);
    int (*usleep)(void *self, useconds_t us);
    int (*gettimeofday)(void *self, struct timeval *now, struct timezone *zone);
    int (*epoll_create)(void *self, int size);
    int (*epoll_ctl)(void *self, int set, int what, int fd, struct epoll_event *event);
    int (*epoll_wait)(void *self, int set, struct epoll_event *events, int room, int timeout_ms);
    int (*pipe)(void *self, int fds[2]);
    int (*splice)(void *self, int from, loff_t *from_at, int to, loff_t *to_at, size_t size,
                  unsigned flags);
};

/* `flags`: of --so_flags, NULL: none were given. */
void packetdrill_interface_init(const char *flags, struct packetdrill_calls *calls);

#endif
