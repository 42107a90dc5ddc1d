/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine as a shared object for packetdrill, see packetdrill.h. Its scripts run by the
 * simulated clock, so load on the host does not matter.
 *
 * Two threads of packetdrill's call: the one that has loaded us, the driver, and one for calls that
 * block. While a call sleeps, the driver moves the clock. Whatever it does, it waits before it
 * returns until the other one has looked whether that was what it sleeps for, and, if so, has asked
 * for the time.
 *
 * What scripts set by sysctl they set in the namespace that packetdrill runs in. The machine has
 * those that it knows from there: before each call, and before each packet it looks for changes.
 *
 * Lock: `lock`, around the machine. A task that sleeps waits for `moved` without it.
 */
#define _GNU_SOURCE
#include "packetdrill.h"

#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define RECEIVE_NS (300 * 1000000000ULL) /* a packet that has not come by then does not come */
#define ASK_NS     100000000 /* of the host's: in that time the caller asks for the time */
#define TICK_NS    1000      /* what looking at the clock takes */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER; /* the machine has run */
static pthread_cond_t seen = PTHREAD_COND_INITIALIZER;  /* … and the sleeper knows, or is done */
static pthread_t driver;
static uint64_t turn;        /* of the driver's */
static uint64_t looked;      /* the last one that the sleeper has looked at */
static bool sleeps, unasked; /* the other thread is in a sleeping call; has come out of one */

static struct sysctl {
    const char *name;
    char value[128]; /* as it was last seen */
} sysctls[] = {{.name = "tcp_fastopen"},
               {.name = "tcp_fastopen_key"},
               {.name = "tcp_fastopen_blackhole_timeout_sec"},
               {.name = "tcp_timestamps"}};

static void read_sysctls(void)
{
    for (struct sysctl *s = sysctls; s < sysctls + sizeof(sysctls) / sizeof(*s); s++) {
        char path[128], value[sizeof(s->value)] = "";
        snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", s->name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, value, sizeof(value) - 1);
        if (fd >= 0)
            close(fd);
        if (n <= 0 || strcmp(value, s->value) == 0)
            continue;
        strcpy(s->value, value);
        machine_sysctl(s->name, value);
    }
}

static bool is_driver(void)
{
    return pthread_equal(pthread_self(), driver);
}

static void await_question(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ASK_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (unasked && pthread_cond_timedwait(&seen, &lock, &until) == 0)
        ;
    unasked = false;
}

/* The driver has done something. */
static void end_turn(void)
{
    turn++;
    pthread_cond_broadcast(&moved);
    while (sleeps && looked != turn)
        pthread_cond_wait(&seen, &lock);
    if (unasked)
        await_question();
}

static void sleep_once(uint64_t until)
{
    if (is_driver()) {
        machine_step(until);
        return;
    }
    sleeps = true;
    looked = turn;
    pthread_cond_signal(&seen);
    while (looked == turn)
        pthread_cond_wait(&moved, &lock);
}

/* Moves the clock. */
static void advance(uint64_t until)
{
    while (machine_now < until) {
        machine_step(until);
        end_turn();
    }
}

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    pthread_mutex_lock(&lock);
    read_sysctls();
    long result = machine_call(number, a, b, c, d, e, f);
    if (is_driver()) {
        end_turn();
    } else if (sleeps) {
        sleeps = false;
        unasked = true;
        pthread_cond_signal(&seen);
    }
    pthread_mutex_unlock(&lock);
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}

#define CALL(name, a, b, c, d, e)                                                                  \
    call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static void end(void *self)
{
    (void)self;
}

static int pd_socket(void *self, int family, int type, int protocol)
{
    (void)self;
    return (int)CALL(socket, family, type, protocol, 0, 0);
}

static int pd_bind(void *self, int fd, const struct sockaddr *name, socklen_t size)
{
    (void)self;
    return (int)CALL(bind, fd, name, size, 0, 0);
}

static int pd_listen(void *self, int fd, int backlog)
{
    (void)self;
    return (int)CALL(listen, fd, backlog, 0, 0, 0);
}

static int pd_accept(void *self, int fd, struct sockaddr *name, socklen_t *size)
{
    (void)self;
    return (int)CALL(accept, fd, name, size, 0, 0);
}

static int pd_connect(void *self, int fd, const struct sockaddr *name, socklen_t size)
{
    (void)self;
    return (int)CALL(connect, fd, name, size, 0, 0);
}

static ssize_t pd_read(void *self, int fd, void *data, size_t size)
{
    (void)self;
    return CALL(read, fd, data, size, 0, 0);
}

static ssize_t pd_readv(void *self, int fd, const struct iovec *pieces, int nr)
{
    (void)self;
    return CALL(readv, fd, pieces, nr, 0, 0);
}

static ssize_t pd_recvfrom(void *self, int fd, void *data, size_t size, int flags,
                           struct sockaddr *name, socklen_t *name_size)
{
    (void)self;
    return call(SYS_recvfrom, fd, (long)data, (long)size, flags, (long)name, (long)name_size);
}

static ssize_t pd_recv(void *self, int fd, void *data, size_t size, int flags)
{
    return pd_recvfrom(self, fd, data, size, flags, NULL, NULL);
}

static ssize_t pd_recvmsg(void *self, int fd, struct msghdr *message, int flags)
{
    (void)self;
    return CALL(recvmsg, fd, message, flags, 0, 0);
}

static ssize_t pd_write(void *self, int fd, const void *data, size_t size)
{
    (void)self;
    return CALL(write, fd, data, size, 0, 0);
}

static ssize_t pd_writev(void *self, int fd, const struct iovec *pieces, int nr)
{
    (void)self;
    return CALL(writev, fd, pieces, nr, 0, 0);
}

static ssize_t pd_sendto(void *self, int fd, const void *data, size_t size, int flags,
                         const struct sockaddr *name, socklen_t name_size)
{
    (void)self;
    return call(SYS_sendto, fd, (long)data, (long)size, flags, (long)name, name_size);
}

static ssize_t pd_send(void *self, int fd, const void *data, size_t size, int flags)
{
    return pd_sendto(self, fd, data, size, flags, NULL, 0);
}

static ssize_t pd_sendmsg(void *self, int fd, const struct msghdr *message, int flags)
{
    (void)self;
    return CALL(sendmsg, fd, message, flags, 0, 0);
}

static int pd_fcntl(void *self, int fd, int command, ...)
{
    va_list ap;
    (void)self;
    va_start(ap, command);
    long arg = va_arg(ap, long);
    va_end(ap);
    return (int)CALL(fcntl, fd, command, arg, 0, 0);
}

static int pd_ioctl(void *self, int fd, unsigned long request, ...)
{
    va_list ap;
    (void)self;
    va_start(ap, request);
    void *arg = va_arg(ap, void *);
    va_end(ap);
    return (int)CALL(ioctl, fd, request, arg, 0, 0);
}

static int pd_close(void *self, int fd)
{
    (void)self;
    return (int)CALL(close, fd, 0, 0, 0, 0);
}

static int pd_shutdown(void *self, int fd, int how)
{
    (void)self;
    return (int)CALL(shutdown, fd, how, 0, 0, 0);
}

static int pd_getsockopt(void *self, int fd, int level, int name, void *value, socklen_t *size)
{
    (void)self;
    return (int)CALL(getsockopt, fd, level, name, value, size);
}

static int pd_setsockopt(void *self, int fd, int level, int name, const void *value, socklen_t size)
{
    (void)self;
    return (int)CALL(setsockopt, fd, level, name, value, size);
}

static int pd_poll(void *self, struct pollfd *files, nfds_t nr, int timeout_ms)
{
    (void)self;
    return (int)CALL(poll, files, nr, timeout_ms, 0, 0);
}

static int pd_netdev_send(void *self, const void *packet, size_t size)
{
    (void)self;
    pthread_mutex_lock(&lock);
    read_sysctls();
    machine_deliver(packet, size);
    end_turn();
    pthread_mutex_unlock(&lock);
    return 0;
}

/* What a host says of itself to all others is none of a script's business. */
static bool is_of_sockets(const unsigned char *packet, size_t size)
{
    if (size >= 20 && packet[0] >> 4 == 4)
        return packet[16] < 224; /* not to a group, or to all */
    return size >= 40 && packet[0] >> 4 == 6 && packet[24] != 0xff;
}

static int pd_netdev_receive(void *self, void *packet, size_t *size, long long *when)
{
    uint64_t sent = 0;
    size_t n;
    (void)self;
    pthread_mutex_lock(&lock);
    uint64_t until = machine_now + RECEIVE_NS;
    for (;;) {
        n = machine_caught(packet, *size, &sent);
        if (n > 0 && is_of_sockets(packet, n))
            break;
        if (n == 0 && machine_now >= until)
            break;
        if (n == 0) {
            machine_step(until);
            end_turn();
        }
    }
    pthread_mutex_unlock(&lock);
    *size = n;
    *when = (long long)(sent / 1000);
    return 0;
}

static int pd_usleep(void *self, useconds_t us)
{
    (void)self;
    pthread_mutex_lock(&lock);
    advance(machine_now + us * 1000ULL);
    pthread_mutex_unlock(&lock);
    return 0;
}

static int pd_gettimeofday(void *self, struct timeval *now, struct timezone *zone)
{
    (void)self;
    (void)zone;
    pthread_mutex_lock(&lock);
    if (!is_driver() && unasked) {
        unasked = false;
        pthread_cond_signal(&seen);
    } else {
        advance(machine_now + TICK_NS);
    }
    uint64_t us = machine_now / 1000;
    pthread_mutex_unlock(&lock);
    *now = (struct timeval){(time_t)(us / 1000000), (suseconds_t)(us % 1000000)};
    return 0;
}

static int pd_epoll_create(void *self, int size)
{
    (void)self;
    (void)size;
    return (int)CALL(epoll_create1, 0, 0, 0, 0, 0);
}

static int pd_epoll_ctl(void *self, int set, int what, int fd, struct epoll_event *event)
{
    (void)self;
    return (int)CALL(epoll_ctl, set, what, fd, event, 0);
}

static int pd_epoll_wait(void *self, int set, struct epoll_event *events, int room, int timeout_ms)
{
    (void)self;
    return (int)CALL(epoll_wait, set, events, room, timeout_ms, 0);
}

static int pd_pipe(void *self, int fds[2])
{
    (void)self;
    (void)fds;
    errno = ENOSYS;
    return -1;
}

static int pd_splice(void *self, int from, loff_t *from_at, int to, loff_t *to_at, size_t size,
                     unsigned flags)
{
    (void)self, (void)from, (void)from_at, (void)to, (void)to_at, (void)size, (void)flags;
    errno = ENOSYS;
    return -1;
}

__attribute__((visibility("default"))) void
packetdrill_interface_init(const char *flags, struct packetdrill_calls *calls)
{
    /* What packetdrill's own runner of scripts gives a real machine. */
    static const struct machine_setup setup = {
        .seed = 1, .ip = {192, 168, 0, 1}, .mask = {255, 255, 0, 0}, .gateway = {192, 168, 0, 2}};
    (void)flags;
    driver = pthread_self();
    machine_idle = sleep_once;
    machine_start(&setup);
    *calls = (struct packetdrill_calls){NULL,
                                        end,
                                        pd_socket,
                                        pd_bind,
                                        pd_listen,
                                        pd_accept,
                                        pd_connect,
                                        pd_read,
                                        pd_readv,
                                        pd_recv,
                                        pd_recvfrom,
                                        pd_recvmsg,
                                        pd_write,
                                        pd_writev,
                                        pd_send,
                                        pd_sendto,
                                        pd_sendmsg,
                                        pd_fcntl,
                                        pd_ioctl,
                                        pd_close,
                                        pd_shutdown,
                                        pd_getsockopt,
                                        pd_setsockopt,
                                        pd_poll,
                                        pd_netdev_send,
                                        pd_netdev_receive,
                                        pd_usleep,
                                        pd_gettimeofday,
                                        pd_epoll_create,
                                        pd_epoll_ctl,
                                        pd_epoll_wait,
                                        pd_pipe,
                                        pd_splice};
}
