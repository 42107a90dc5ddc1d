/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the queues of errors of sockets of AF_INET and AF_INET6. Locks: see inet.h. */
#include "stamps.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>

#include "lwip/pbuf.h"

/* What Linux lets notices of MSG_ZEROCOPY take, net.core.optmem_max; each takes more than it asks
 * for. */
#define NOTICES_SIZE 20480U
#define NOTICE_SIZE  768U
#define NOTICE_ASKED 576U

static bool is_of_icmp(const struct queued_error *e)
{
    return e->error.ee_origin == SO_EE_ORIGIN_ICMP || e->error.ee_origin == SO_EE_ORIGIN_ICMP6;
}

static bool is_notice(const struct queued_error *e)
{
    return e->error.ee_origin == SO_EE_ORIGIN_ZEROCOPY;
}

static bool is_stamp(const struct queued_error *e)
{
    return e->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
}

void error_queue_add(struct inet_socket *i, const struct queued_error *from, size_t used)
{
    bool room = used + i->errors_charged <= (size_t)load_relaxed(&i->s.options.rcvbuf);
    struct queued_error *e = room ? kmalloc(sizeof(*e)) : NULL;
    if (e == NULL) {
        if (from->data != NULL)
            pbuf_free(from->data);
        return;
    }
    *e = *from;
    e->charge = ERROR_OVERHEAD + (is_stamp(e) && e->data != NULL ? e->data->tot_len : 0);
    list_push_back(&i->errors, &e->link);
    i->errors_charged += e->charge;
}

/* It is in no list any more. Locked. */
static void free_error(struct inet_socket *i, struct queued_error *e)
{
    if (e->data != NULL)
        pbuf_free(e->data);
    i->nr_zerocopies -= is_notice(e);
    kfree(e);
}

void error_queue_drop(struct inet_socket *i, bool all)
{
    list_for_each_safe (it, next, &i->errors) {
        struct queued_error *e = list_entry(it, struct queued_error, link);
        if (all || !(is_notice(e) || is_stamp(e))) {
            list_remove(&e->link);
            i->errors_charged -= e->charge;
            free_error(i, e);
        }
    }
}

/* ---- MSG_ERRQUEUE ---- */

/* Takes the first one off the queue; SO_ERROR is the next one's then. NULL: none. Locked. */
static struct queued_error *take(struct inet_socket *i)
{
    if (list_empty(&i->errors))
        return NULL;
    struct queued_error *e = list_first(&i->errors, struct queued_error, link);
    list_remove(&e->link);
    i->errors_charged -= e->charge;
    const struct queued_error *next =
        list_empty(&i->errors) ? NULL : list_first(&i->errors, struct queued_error, link);
    if (next != NULL && is_of_icmp(next))
        store_relaxed(&i->s.error, (int)next->error.ee_errno);
    else if (is_of_icmp(e))
        store_relaxed(&i->s.error, 0);
    return e;
}

/* SOF_TIMESTAMPING_OPT_CMSG: by which interface a datagram of IPv4 was sent. */
static int put_way(const struct inet_socket *i, const struct queued_error *e,
                   struct socket_message *m)
{
    struct in_pktinfo info = {.ipi_ifindex = e->device};
    if (!is_stamp(e) || e->device == 0 || IP_IS_V6_VAL(e->to.ip) ||
        !(i->stamping & SOF_TIMESTAMPING_OPT_CMSG) || !(i->flags & INET_WANTS_PKTINFO))
        return 0;
    info.ipi_spec_dst.s_addr = ip_addr_get_ip4_u32(&e->offender);
    info.ipi_addr.s_addr = ip_addr_get_ip4_u32(&e->to.ip);
    return socket_put_control(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}

/* Stores the error as a control message, the offender's address behind it. */
static int put_error(const struct inet_socket *i, const struct queued_error *e,
                     struct socket_message *m)
{
    bool v6 = i->s.family == AF_INET6;
    struct {
        struct sock_extended_err error;
        char offender[sizeof(struct sockaddr_in6)];
    } message = {.error = e->error};
    struct socket_address offender = {0};
    if (is_of_icmp(e) ||
        (is_stamp(e) && e->device != 0 && (v6 || i->stamping & SOF_TIMESTAMPING_OPT_CMSG)))
        inet_write_name(i, &e->offender, 0, &offender);
    size_t size = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    memcpy(message.offender, offender.bytes, size);
    return socket_put_control(m, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR,
                              &message, sizeof(message.error) + size);
}

ssize_t error_queue_receive(struct inet_socket *i, struct socket_message *m)
{
    int err = 0;
    net_lock();
    struct queued_error *e = take(i);
    net_unlock();
    if (e == NULL)
        return -EAGAIN;
    size_t size = e->data != NULL ? e->data->tot_len - e->skip : 0, n = MIN(size, m->io.left);
    if (n > 0 && inet_copy_out(&m->io, e->data, e->skip, n) != n)
        err = -EFAULT;
    if (n < size)
        m->is_flags |= MSG_TRUNC;
    if (m->wants_address && !is_notice(e) && !is_stamp(e))
        inet_write_name(i, &e->to.ip, e->to.port, &m->address);
    if (err == 0)
        err = stamps_tell(i, e->stamp, m);
    if (err == 0)
        err = put_way(i, e, m);
    if (err == 0)
        err = put_error(i, e, m);
    m->is_flags |= MSG_ERRQUEUE;
    net_lock();
    free_error(i, e);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

/* ---- MSG_ZEROCOPY ---- */

struct queued_error *zerocopy_begin(struct inet_socket *i)
{
    bool room = i->nr_zerocopies * NOTICE_SIZE + NOTICE_ASKED <= NOTICES_SIZE;
    struct queued_error *e = room ? kzalloc(sizeof(*e)) : NULL;
    if (e == NULL)
        return NULL;
    e->error.ee_origin = SO_EE_ORIGIN_ZEROCOPY;
    e->error.ee_code = SO_EE_CODE_ZEROCOPY_COPIED;
    i->nr_zerocopies++;
    return e;
}

void zerocopy_cancel(struct inet_socket *i, struct queued_error *e)
{
    free_error(i, e);
}

void zerocopy_number(struct inet_socket *i, struct queued_error *e)
{
    e->error.ee_info = e->error.ee_data = i->next_zerocopy++;
}

bool zerocopy_join(struct inet_socket *i, struct queued_error *to, struct queued_error *e)
{
    uint32_t nr = e->error.ee_data - e->error.ee_info + 1;
    if (e->error.ee_info != to->error.ee_data + 1 ||
        (uint64_t)(to->error.ee_data - to->error.ee_info) + 1 + nr > UINT32_MAX)
        return false;
    to->error.ee_data = e->error.ee_data;
    free_error(i, e);
    return true;
}

void zerocopy_end(struct inet_socket *i, struct queued_error *e)
{
    bool joined = false;
    if (!list_empty(&i->errors)) {
        struct queued_error *last = list_entry(i->errors.prev, struct queued_error, link);
        joined = is_notice(last) && zerocopy_join(i, last, e);
    }
    if (!joined)
        list_push_back(&i->errors, &e->link);
    wake_all(&i->s.can_read);
    wake_all(&i->s.can_write);
}
