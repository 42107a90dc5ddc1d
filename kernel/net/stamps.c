/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: options about time stamps, and what is stamped when it leaves. Locks: see inet.h. */
#include "stamps.h"
#include "tcp.h"

#include <asm/socket.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <linux/time_types.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

unsigned stamps_awaited;

/* ---- Options ---- */

/* SO_TIMESTAMP and its kin: which of them asks. The last one is of SO_TIMESTAMPING, too. */
enum { FORM_ON = 1, FORM_NS = 2, FORM_NEW = 4 };

static void note_wishes(struct inet_socket *i)
{
    bool wants = i->stamp_form & FORM_ON || i->stamping & SOF_TIMESTAMPING_RX_SOFTWARE;
    i->flags &= ~(unsigned)INET_WANTS_STAMP;
    i->flags |= wants ? INET_WANTS_STAMP : 0;
}

/* The bits that an option sets; 0: it is another one. */
static uint8_t form_of(int name)
{
    switch (name) {
    case SO_TIMESTAMP_OLD:
        return FORM_ON;
    case SO_TIMESTAMP_NEW:
        return FORM_ON | FORM_NEW;
    case SO_TIMESTAMPNS_OLD:
        return FORM_ON | FORM_NS;
    case SO_TIMESTAMPNS_NEW:
        return FORM_ON | FORM_NS | FORM_NEW;
    default:
        return 0;
    }
}

/* One of them turns the others off. */
static void set_form(struct inet_socket *i, uint8_t form, bool on)
{
    net_lock();
    i->stamp_form = on ? form : i->stamp_form & FORM_NEW;
    note_wishes(i);
    net_unlock();
}

/* Locked. */
static int set_stamping(struct inet_socket *i, bool new, const struct so_timestamping *value)
{
    unsigned flags = (unsigned)value->flags;
    uint32_t first = 0;
    if (flags & ~(unsigned)SOF_TIMESTAMPING_MASK)
        return -EINVAL;
    if (flags & SOF_TIMESTAMPING_OPT_ID && !(i->stamping & SOF_TIMESTAMPING_OPT_ID)) {
        int err = i->s.type == SOCK_STREAM ? tcp_first_stamp(&i->s, &first) : 0;
        if (err != 0)
            return err;
        i->next_stamp = first;
    }
    if (flags & SOF_TIMESTAMPING_OPT_STATS)
        return flags & SOF_TIMESTAMPING_OPT_TSONLY ? -EOPNOTSUPP : -EINVAL;
    if (flags & SOF_TIMESTAMPING_BIND_PHC) /* there are no such clocks */
        return i->device == 0 ? -EOPNOTSUPP : -EINVAL;
    i->stamping = flags;
    i->stamp_form &= (uint8_t)~FORM_NEW;
    i->stamp_form |= new ? FORM_NEW : 0;
    note_wishes(i);
    return 0;
}

static bool is_stamping(int name)
{
    return name == SO_TIMESTAMPING_OLD || name == SO_TIMESTAMPING_NEW;
}

int stamps_set_option(struct inet_socket *i, int name, const void *value, size_t size)
{
    struct so_timestamping stamping = {0};
    int n = 0;
    memcpy(&n, value, MIN(size, sizeof(n)));
    if (form_of(name) != 0) {
        set_form(i, form_of(name), n != 0);
        return 0;
    }
    if (!is_stamping(name))
        return -ENOPROTOOPT;
    if (size == sizeof(stamping))
        memcpy(&stamping, value, sizeof(stamping));
    else
        stamping.flags = n;
    net_lock();
    int err = set_stamping(i, name == SO_TIMESTAMPING_NEW, &stamping);
    net_unlock();
    return err;
}

/* As on Linux, SO_TIMESTAMP_NEW tells of SO_TIMESTAMPNS_NEW too. */
static bool has_form(const struct inet_socket *i, int name)
{
    uint8_t form = i->stamp_form;
    if (!(form & FORM_ON))
        return false;
    return name == SO_TIMESTAMP_NEW ? form & FORM_NEW : form == form_of(name);
}

ssize_t stamps_get_option(const struct inet_socket *i, int name, void *value, size_t size)
{
    struct so_timestamping stamping = {0};
    if (form_of(name) != 0)
        return inet_write_int(value, size, has_form(i, name));
    if (!is_stamping(name))
        return -ENOPROTOOPT;
    if (name == SO_TIMESTAMPING_OLD || i->stamp_form & FORM_NEW)
        stamping.flags = (int)i->stamping;
    size = MIN(size, sizeof(stamping));
    memcpy(value, &stamping, size);
    return (ssize_t)size;
}

/* ---- Who receives ---- */

static int tell_form(uint8_t form, uint64_t ns, struct socket_message *m)
{
    static const int names[] = {SO_TIMESTAMP_OLD, SO_TIMESTAMPNS_OLD, SO_TIMESTAMP_NEW,
                                SO_TIMESTAMPNS_NEW};
    struct __kernel_timespec at = {.tv_sec = (long long)(ns / NSEC_PER_SEC),
                                   .tv_nsec = (long long)(ns % NSEC_PER_SEC)};
    if (!(form & FORM_NS))
        at.tv_nsec /= 1000; /* a struct timeval */
    return socket_put_control(m, SOL_SOCKET, names[form / FORM_NS], &at, sizeof(at));
}

static int tell_stamping(uint8_t form, uint64_t ns, struct socket_message *m)
{
    struct scm_timestamping64 stamps = {
        .ts[0] = {.tv_sec = (long long)(ns / NSEC_PER_SEC),
                  .tv_nsec = (long long)(ns % NSEC_PER_SEC)},
    };
    return socket_put_control(m, SOL_SOCKET,
                              form & FORM_NEW ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD, &stamps,
                              sizeof(stamps));
}

int stamps_tell(const struct inet_socket *i, uint64_t ns, struct socket_message *m)
{
    uint8_t form = i->stamp_form;
    int err = 0;
    if (form & FORM_ON) {
        ns = ns != 0 ? ns : clock_realtime();
        err = tell_form(form, ns, m);
    }
    if (err == 0 && ns != 0 && i->stamping & SOF_TIMESTAMPING_SOFTWARE)
        err = tell_stamping(form, ns, m);
    return err;
}

/* ---- Who sends ---- */

int stamps_of_call(const struct inet_socket *i, const struct socket_message *m, unsigned *wants)
{
    struct cmsghdr header;
    const char *data;
    size_t at = 0;
    int more;
    *wants = i->stamping & SOF_TIMESTAMPING_TX_RECORD_MASK;
    while ((more = socket_control_next(m->sent_control, m->sent_control_size, &at, &header,
                                       &data)) > 0) {
        if (header.level != SOL_SOCKET || !is_stamping(header.type))
            continue;
        if (header.length - sizeof(header) != sizeof(*wants))
            return -EINVAL;
        memcpy(wants, data, sizeof(*wants));
        if (*wants & ~(unsigned)SOF_TIMESTAMPING_TX_RECORD_MASK)
            return -EINVAL;
    }
    return more;
}

void stamps_queue(struct inet_socket *i, unsigned type, uint32_t number, const struct leaving *l,
                  size_t used)
{
    struct queued_error e = {.stamp = clock_realtime()};
    e.error.ee_errno = ENOMSG;
    e.error.ee_origin = SO_EE_ORIGIN_TIMESTAMPING;
    e.error.ee_info = type;
    if (i->stamping & SOF_TIMESTAMPING_OPT_ID)
        e.error.ee_data = number;
    if (l->frame != NULL) {
        e.data = l->frame;
        pbuf_ref(e.data);
        e.skip = type == SCM_TSTAMP_ACK ? l->payload : 0;
        e.device = type == SCM_TSTAMP_ACK ? 0 : l->device;
        e.to = l->to;
        ip_addr_copy(e.offender, l->from.ip);
    }
    error_queue_add(i, &e, used);
    wake_all(&i->s.can_read);
    wake_all(&i->s.can_write);
}

/* The datagram that is being sent. */
static struct {
    struct inet_socket *i; /* NULL: none, or it has left */
    unsigned wants;
    size_t used;
} sending;

static void stamp_datagram(const struct leaving *l)
{
    struct inet_socket *i = sending.i;
    uint32_t number = i->stamping & SOF_TIMESTAMPING_OPT_ID ? i->next_stamp++ : 0;
    sending.i = NULL;
    if (sending.wants & SOF_TIMESTAMPING_TX_SCHED)
        stamps_queue(i, SCM_TSTAMP_SCHED, number, l, sending.used);
    if (sending.wants & SOF_TIMESTAMPING_TX_SOFTWARE)
        stamps_queue(i, SCM_TSTAMP_SND, number, l, sending.used);
}

void stamps_begin(struct inet_socket *i, unsigned wants, size_t used)
{
    sending.i = i;
    sending.wants = wants;
    sending.used = used;
    stamps_awaited++;
}

void stamps_end(bool sent)
{
    const struct leaving unseen = {0};
    stamps_awaited--;
    if (sent && sending.i != NULL)
        stamp_datagram(&unseen);
    sending.i = NULL;
}

/* ---- Packets ---- */

/* The header of Ethernet that Linux has on its loop interface, too. */
static struct pbuf *copy_frame(const struct pbuf *p, unsigned link, bool v6)
{
    uint16_t lead = link != 0 ? 0 : SIZEOF_ETH_HDR;
    uint16_t size = (uint16_t)MIN((unsigned)p->tot_len + lead, (unsigned)UINT16_MAX);
    struct pbuf *frame = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
    if (frame == NULL)
        return NULL;
    if (lead != 0) {
        struct eth_hdr *header = frame->payload;
        memset(header, 0, sizeof(*header));
        header->type = lwip_htons(v6 ? ETHTYPE_IPV6 : ETHTYPE_IP);
    }
    pbuf_copy_partial(p, (char *)frame->payload + lead, (uint16_t)(size - lead), 0);
    return frame;
}

/* What the headers of a packet say; false: it is none of IP. */
static bool read_headers(const struct pbuf *p, unsigned link, struct leaving *l)
{
    union {
        char bytes[SIZEOF_ETH_HDR + IP6_HLEN];
        uint16_t type[SIZEOF_ETH_HDR / 2];
    } header;
    uint16_t n = pbuf_copy_partial(p, header.bytes, sizeof(header.bytes), 0);
    const struct ip_hdr *v4 = (const void *)(header.bytes + link);
    const struct ip6_hdr *v6 = (const void *)(header.bytes + link);
    uint16_t type = header.type[SIZEOF_ETH_HDR / 2 - 1];
    if (link != 0 && type != lwip_htons(ETHTYPE_IP) && type != lwip_htons(ETHTYPE_IPV6))
        return false;
    l->v6 = IPH_V(v4) == 6;
    if (n < link + (l->v6 ? IP6_HLEN : IP_HLEN))
        return false;
    l->protocol = l->v6 ? IP6H_NEXTH(v6) : IPH_PROTO(v4);
    l->transport = (uint16_t)(link + (l->v6 ? IP6_HLEN : IPH_HL_BYTES(v4)));
    if (l->v6) {
        ip_addr_copy_from_ip6_packed(l->from.ip, v6->src);
        ip_addr_copy_from_ip6_packed(l->to.ip, v6->dest);
    } else {
        ip_addr_copy_from_ip4(l->from.ip, v4->src);
        ip_addr_copy_from_ip4(l->to.ip, v4->dest);
    }
    return true;
}

/* The ports and the bytes of a segment. */
static void read_segment(const struct pbuf *p, struct leaving *l)
{
    struct tcp_hdr header;
    if (pbuf_copy_partial(p, &header, sizeof(header), l->transport) != sizeof(header))
        return;
    l->from.port = lwip_ntohs(header.src);
    l->to.port = lwip_ntohs(header.dest);
    l->payload = (uint16_t)(l->transport + TCPH_HDRLEN_BYTES(&header));
    l->end = lwip_ntohl(header.seqno) + p->tot_len - l->payload;
}

void stamps_note(struct pbuf *p, unsigned link, const struct netif *netif)
{
    struct leaving l = {.device = netif_get_index(netif)};
    struct inet_socket *i = sending.i;
    struct tcp_socket *t = NULL;
    if (!read_headers(p, link, &l))
        return;
    if (i != NULL && i->s.protocol == IPPROTO_UDP && l.protocol != IPPROTO_UDP &&
        l.protocol != IPPROTO_FRAGMENT)
        return; /* a question for its neighbour's address, over IPv6 */
    if (i == NULL && l.protocol == IPPROTO_TCP) {
        read_segment(p, &l);
        t = tcp_that_awaits(&l);
        i = t != NULL ? &t->i : NULL;
    }
    if (i == NULL)
        return;
    if (!(i->stamping & SOF_TIMESTAMPING_OPT_TSONLY))
        l.frame = copy_frame(p, link, l.v6);
    if (link == 0)
        l.payload = (uint16_t)(l.payload + SIZEOF_ETH_HDR);
    if (t != NULL)
        tcp_marks_left(t, &l);
    else
        stamp_datagram(&l);
    if (l.frame != NULL)
        pbuf_free(l.frame);
}
