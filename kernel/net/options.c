/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the options of SOL_SOCKET. An option that nothing here or in the family knows is
 * −ENOPROTOOPT. Each is one word: no locks.
 */
#include <asm/socket.h>
#include <hermit/atomic.h>
#include <hermit/socket.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <linux/time_types.h>

#include "net_limits.h"

#define FLAG(name)   (1U << (name))
#define USEC_PER_SEC 1000000L

/* Options that are on or off. */
#define FLAGS                                                                                      \
    (FLAG(SO_DEBUG) | FLAG(SO_REUSEADDR) | FLAG(SO_DONTROUTE) | FLAG(SO_BROADCAST) |               \
     FLAG(SO_KEEPALIVE) | FLAG(SO_OOBINLINE) | FLAG(SO_PASSCRED))

struct linger {
    int32_t on, seconds;
};

static bool is_flag(int name)
{
    return name >= 0 && name < 32 && FLAGS & FLAG(name);
}

static ssize_t put(void *value, size_t size, const void *from, size_t n)
{
    n = MIN(n, size);
    memcpy(value, from, n);
    return (ssize_t)n;
}

static ssize_t put_int(void *value, size_t size, int n)
{
    return put(value, size, &n, sizeof(n));
}

static ssize_t put_timeout(void *value, size_t size, uint64_t ns)
{
    struct __kernel_old_timeval tv = {0};
    if (ns != TIME_FOREVER) {
        tv.tv_sec = (long)(ns / NSEC_PER_SEC);
        tv.tv_usec = (long)(ns % NSEC_PER_SEC / 1000);
    }
    return put(value, size, &tv, sizeof(tv));
}

static ssize_t put_linger(void *value, size_t size, int seconds)
{
    struct linger linger = {seconds >= 0, MAX(seconds, 0)};
    return put(value, size, &linger, sizeof(linger));
}

ssize_t socket_get_stranger_option(int name, bool listens, void *value, size_t size)
{
    const struct ucred nobody = {.pid = 0, .uid = ~0U, .gid = ~0U};
    switch (name) {
    case SO_ACCEPTCONN:
        return put_int(value, size, listens);
    case SO_PEERCRED:
        return put(value, size, &nobody, sizeof(nobody));
    default:
        return -ENOPROTOOPT;
    }
}

static bool is_inet(const struct socket *s)
{
    return s->family == AF_INET || s->family == AF_INET6;
}

ssize_t socket_get_option(struct socket *s, int name, void *value, size_t size)
{
    struct socket_options *o = &s->options;
    if (is_flag(name))
        return put_int(value, size, socket_flag(s, name));
    switch (name) {
    case SO_TYPE:
        return put_int(value, size, s->type);
    case SO_DOMAIN:
        return put_int(value, size, s->family);
    case SO_PROTOCOL:
        return put_int(value, size, s->protocol);
    case SO_ERROR:
        return put_int(value, size, -socket_take_error(s));
    case SO_SNDBUF:
        return put_int(value, size, load_relaxed(&o->sndbuf));
    case SO_RCVBUF:
        return put_int(value, size, load_relaxed(&o->rcvbuf));
    case SO_RCVLOWAT:
        return put_int(value, size, load_relaxed(&o->rcvlowat));
    case SO_SNDLOWAT:
        return put_int(value, size, 1);
    case SO_PRIORITY:
        return put_int(value, size, load_relaxed(&o->priority));
    case SO_MARK:
        return put_int(value, size, load_relaxed(&o->mark));
    case SO_LINGER:
        return put_linger(value, size, load_relaxed(&o->linger));
    case SO_RCVTIMEO_OLD:
    case SO_RCVTIMEO_NEW:
        return put_timeout(value, size, load_relaxed(&o->rcvtimeo));
    case SO_SNDTIMEO_OLD:
    case SO_SNDTIMEO_NEW:
        return put_timeout(value, size, load_relaxed(&o->sndtimeo));
    case SO_ZEROCOPY:
        if (!is_inet(s))
            return put_int(value, size, 0);
        return s->ops->get_option(s, name, value, size);
    default:
        return s->ops->get_option(s, name, value, size);
    }
}

static int set_timeout(_Atomic uint64_t *timeout, const void *value, size_t size)
{
    struct __kernel_old_timeval tv;
    uint64_t ns = TIME_FOREVER;
    if (size < sizeof(tv))
        return -EINVAL;
    memcpy(&tv, value, sizeof(tv));
    if (tv.tv_usec < 0 || tv.tv_usec >= USEC_PER_SEC)
        return -EDOM;
    if (tv.tv_sec < 0)
        ns = 0; /* as on Linux: at once */
    else if (tv.tv_sec != 0 || tv.tv_usec != 0)
        ns = time_after(seconds_to_ns((uint64_t)tv.tv_sec), (uint64_t)tv.tv_usec * 1000);
    store_relaxed(timeout, ns);
    return 0;
}

static int set_linger(struct socket *s, const void *value, size_t size)
{
    struct linger linger;
    if (size < sizeof(linger))
        return -EINVAL;
    memcpy(&linger, value, sizeof(linger));
    store_relaxed(&s->options.linger, linger.on ? MAX(linger.seconds, 0) : -1);
    return 0;
}

static void set_flag(struct socket *s, int name, bool on)
{
    if (on)
        or_relaxed(&s->options.flags, FLAG(name));
    else
        and_relaxed(&s->options.flags, ~FLAG(name));
}

/* A buffer is twice as large as asked for, as on Linux, and not larger than `most` allows. */
static int buffer_size(int asked, unsigned most, int least)
{
    unsigned size = MIN((unsigned)asked, most) * 2;
    return MAX((int)MIN(size, (unsigned)INT32_MAX), least);
}

static int set_sndbuf(struct socket *s, int size)
{
    or_relaxed(&s->options.fixed, SOCKET_FIXED_SNDBUF);
    store_relaxed(&s->options.sndbuf, size);
    wake_all(&s->can_write);
    return 0;
}

static int set_rcvbuf(struct socket *s, int size)
{
    or_relaxed(&s->options.fixed, SOCKET_FIXED_RCVBUF);
    store_relaxed(&s->options.rcvbuf, size);
    return 0;
}

/* Options that are an int. */
static int set_int(struct socket *s, int name, int n)
{
    struct socket_options *o = &s->options;
    switch (name) {
    case SO_SNDBUF:
        return set_sndbuf(s, buffer_size(n, load_relaxed(&net_limits.wmem_max), SOCKET_SNDBUF_MIN));
    case SO_SNDBUFFORCE:
        return set_sndbuf(s, buffer_size(MAX(n, 0), INT32_MAX / 2, SOCKET_SNDBUF_MIN));
    case SO_RCVBUF:
        return set_rcvbuf(s, buffer_size(n, load_relaxed(&net_limits.rmem_max), SOCKET_RCVBUF_MIN));
    case SO_RCVBUFFORCE:
        return set_rcvbuf(s, buffer_size(MAX(n, 0), INT32_MAX / 2, SOCKET_RCVBUF_MIN));
    case SO_RCVLOWAT:
        store_relaxed(&o->rcvlowat, n < 0 ? INT32_MAX : MAX(n, 1));
        return 0;
    case SO_PRIORITY:
        store_relaxed(&o->priority, n);
        return 0;
    case SO_MARK:
        store_relaxed(&o->mark, n);
        return 0;
    case SO_ZEROCOPY:
        return is_inet(s) ? -ENOPROTOOPT : -EOPNOTSUPP; /* the family's, else nobody's */
    default:
        return -ENOPROTOOPT;
    }
}

static int set(struct socket *s, int name, const void *value, size_t size)
{
    int n;
    memcpy(&n, value, sizeof(n));
    if (is_flag(name)) {
        set_flag(s, name, n != 0);
        return 0;
    }
    switch (name) {
    case SO_LINGER:
        return set_linger(s, value, size);
    case SO_RCVTIMEO_OLD:
    case SO_RCVTIMEO_NEW:
        return set_timeout(&s->options.rcvtimeo, value, size);
    case SO_SNDTIMEO_OLD:
    case SO_SNDTIMEO_NEW:
        return set_timeout(&s->options.sndtimeo, value, size);
    default:
        return set_int(s, name, n);
    }
}

int socket_set_option(struct socket *s, int name, const void *value, size_t size)
{
    if (name == SO_BINDTODEVICE && s->ops->set_option != NULL)
        return s->ops->set_option(s, name, value, size); /* a name, of any length */
    if (size < sizeof(int))
        return -EINVAL;
    int err = set(s, name, value, size);
    if (err == -ENOPROTOOPT && s->ops->set_option != NULL)
        err = s->ops->set_option(s, name, value, size);
    if (err == 0 && s->ops->changed != NULL)
        s->ops->changed(s);
    return err;
}
