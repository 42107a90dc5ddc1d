/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: TCP Fast Open of sockets that listen: keys and cookies, and how many connections may be
 * open before their handshake is over.
 *
 * A cookie is SipHash-2-4 of both addresses. Whoever has none, or a wrong one, gets the right one
 * with the SYN's ACK. Who has it is connected at once, its data can be read and answered; such a
 * connection counts for who listens until its handshake is over. One that is reset after accept(2)
 * counts for a minute more, so that somebody who has got hold of a cookie and sends SYNs in others'
 * names, who reset them, does not get far.
 *
 * Locks: net_core.
 */
#include "tcp_fastopen.h"
#include "net_limits.h"
#include "tcp.h"

#include <hermit/kmalloc.h>
#include <hermit/random.h>
#include <hermit/string.h>

#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip_hooks.h"

#define COOKIE_SIZE   8 /* bytes */
#define RESET_SECONDS 60
#define ADDRESSES_MAX 4 /* words of two addresses */

_Atomic unsigned tcp_fastopen_mode = FASTOPEN_DEFAULT;

static struct fastopen_keys common;   /* of sockets without keys of their own */
static struct fastopen_cookie answer; /* until the SYN's ACK that has it is sent */

struct reset {
    struct list link;
    uint64_t until; /* ns */
};

static void drop_reset(struct fastopen_listener *l)
{
    struct reset *r = list_first(&l->resets, struct reset, link);
    list_unlink(&r->link);
    kfree(r);
    l->nr--;
}

static void drop_resets(struct fastopen_listener *l)
{
    list_for_each_safe (it, next, &l->resets) {
        kfree(list_entry(it, struct reset, link));
        l->nr--;
    }
    list_init(&l->resets);
}

static void put(struct fastopen_listener *l)
{
    if (--l->refs > 0)
        return;
    drop_resets(l);
    kfree(l);
}

/* --- keys */

static void need_keys(void)
{
    if (common.nr != 0)
        return;
    random_fill(common.key[0], sizeof(common.key[0]));
    common.nr = 1;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 'a' ^ 'A';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads four words of a key, in hexadecimal with hyphens between them. What follows; NULL: that is
 * not one. */
static const char *read_key(const char *at, const char *end, uint64_t key[2])
{
    uint32_t words[4] = {0};
    for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
        const char *begin = i > 0 && at < end && *at == '-' ? ++at : at;
        if (i > 0 && (begin == end || begin[-1] != '-'))
            return NULL;
        for (; at < end && hex_digit(*at) >= 0; at++)
            words[i] = words[i] << 4 | (uint32_t)hex_digit(*at);
        if (at == begin || at - begin > 8)
            return NULL;
    }
    memcpy(key, words, FASTOPEN_KEY_SIZE);
    return at;
}

int tcp_fastopen_set_keys(const char *text, size_t n)
{
    struct fastopen_keys keys = {.nr = 0};
    const char *at = text, *end = text + n;
    while (end > text && (end[-1] == '\n' || end[-1] == '\0' || end[-1] == ' '))
        end--;
    do {
        at = read_key(at, end, keys.key[keys.nr]);
        keys.nr++;
    } while (at != NULL && at < end && *at++ == ',' && keys.nr < FASTOPEN_KEYS_MAX);
    if (at != end)
        return -EINVAL;
    net_lock();
    common = keys;
    net_unlock();
    return 0;
}

void tcp_fastopen_get_keys(struct fastopen_keys *keys)
{
    net_lock();
    *keys = common;
    net_unlock();
}

static const struct fastopen_keys *keys_of(const struct tcp_socket *t)
{
    const struct fastopen_listener *l = t->fastopen.listener;
    return l != NULL && l->keys.nr != 0 ? &l->keys : &common;
}

static struct fastopen_listener *need_listener(struct tcp_socket *t)
{
    struct fastopen_listener *l = t->fastopen.listener;
    if (l != NULL)
        return l;
    l = t->fastopen.listener = kzalloc(sizeof(*l));
    if (l != NULL) {
        l->refs = 1;
        list_init(&l->resets);
    }
    return l;
}

int tcp_fastopen_set_key(struct tcp_socket *t, const void *key, size_t size)
{
    struct fastopen_listener *l;
    if (size != FASTOPEN_KEY_SIZE && size != FASTOPEN_KEYS_MAX * FASTOPEN_KEY_SIZE)
        return -EINVAL;
    l = need_listener(t);
    if (l == NULL)
        return -ENOMEM;
    memcpy(l->keys.key, key, size);
    l->keys.nr = (unsigned)(size / FASTOPEN_KEY_SIZE);
    return 0;
}

size_t tcp_fastopen_get_key(const struct tcp_socket *t, void *key, size_t size)
{
    const struct fastopen_keys *keys = keys_of(t);
    size = MIN(size, (size_t)keys->nr * FASTOPEN_KEY_SIZE);
    memcpy(key, keys->key, size);
    return size;
}

/* --- who listens */

int tcp_fastopen_set_max(struct tcp_socket *t, unsigned max)
{
    struct fastopen_listener *l = need_listener(t);
    if (l == NULL)
        return -ENOMEM;
    need_keys();
    l->max = MIN(max, load_relaxed(&net_limits.somaxconn));
    return 0;
}

int tcp_fastopen_listens(struct tcp_socket *t)
{
    unsigned mode = load_relaxed(&tcp_fastopen_mode), all = FASTOPEN_SERVER | FASTOPEN_SERVER_ALL;
    if ((mode & all) != all || (t->fastopen.listener != NULL && t->fastopen.listener->max != 0))
        return 0;
    return tcp_fastopen_set_max(t, t->backlog);
}

void tcp_fastopen_stop(struct tcp_socket *t)
{
    if (t->fastopen.listener != NULL)
        drop_resets(t->fastopen.listener);
}

void tcp_fastopen_free(struct tcp_socket *t)
{
    if (t->fastopen.listener == NULL)
        return;
    net_lock();
    put(t->fastopen.listener);
    net_unlock();
}

/* Counts on for a while, unless there is no memory. */
static bool keep_reset(struct fastopen_listener *l)
{
    struct reset *r = kmalloc(sizeof(*r));
    if (r == NULL)
        return false;
    r->until = time_after(clock_monotonic(), seconds_to_ns(RESET_SECONDS));
    list_push_back(&l->resets, &r->link);
    return true;
}

void tcp_fastopen_ended(struct tcp_socket *t, bool reset)
{
    struct fastopen_listener *l = t->fastopen.counted;
    bool accepted = list_empty(&t->waiting);
    if (l == NULL)
        return;
    t->fastopen.counted = NULL;
    if (!reset || !accepted || !keep_reset(l))
        l->nr--;
    put(l);
}

static bool has_room(struct fastopen_listener *l)
{
    if (l->nr < l->max)
        return true;
    if (l->max == 0 || list_empty(&l->resets) ||
        list_first(&l->resets, struct reset, link)->until > clock_monotonic())
        return false;
    drop_reset(l);
    return true;
}

/* --- cookies */

static void make_cookie(struct fastopen_cookie *c, const struct tcp_pcb *pcb, const uint64_t key[2])
{
    uint64_t words[ADDRESSES_MAX], hash;
    int nr = 1;
    if (IP_IS_V6_VAL(pcb->remote_ip)) {
        memcpy(words, ip_2_ip6(&pcb->remote_ip)->addr, 16);
        memcpy(words + 2, ip_2_ip6(&pcb->local_ip)->addr, 16);
        nr = 4;
    } else {
        words[0] = (uint64_t)ip_2_ip4(&pcb->local_ip)->addr << 32 | ip_2_ip4(&pcb->remote_ip)->addr;
    }
    hash = lwip_siphash(key, words, nr);
    memcpy(c->bytes, &hash, sizeof(hash));
    c->size = COOKIE_SIZE;
}

/* Which key has made the cookie, from 1 on; 0: none. */
static unsigned check_cookie(const struct fastopen_cookie *asked, const struct tcp_pcb *pcb,
                             const struct fastopen_keys *keys)
{
    for (unsigned i = 0; i < keys->nr; i++) {
        struct fastopen_cookie c;
        make_cookie(&c, pcb, keys->key[i]);
        if (c.size == asked->size && memcmp(c.bytes, asked->bytes, COOKIE_SIZE) == 0)
            return i + 1;
    }
    return 0;
}

static void send_cookie(const struct tcp_pcb *pcb, const struct fastopen_cookie *asked,
                        const struct fastopen_keys *keys)
{
    make_cookie(&answer, pcb, keys->key[0]);
    answer.experimental = asked->experimental;
    fastopen_set_first(pcb, &answer);
}

/* --- SYNs */

/* Called by lwIP: the handshake is over. */
static err_t opened(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct tcp_socket *t = arg;
    (void)pcb;
    (void)err; /* always ERR_OK */
    if (t != NULL)
        tcp_fastopen_ended(t, false);
    return ERR_OK;
}

/* Takes the SYN's data, and lets the connection be accepted. */
static bool take(struct tcp_socket *l, struct tcp_pcb *pcb, struct pbuf *data)
{
    struct fastopen_listener *counts = l->fastopen.listener;
    struct tcp_socket *t = data->tot_len <= pcb->rcv_wnd ? tcp_come_early(l, pcb) : NULL;
    if (t == NULL)
        return false;
    counts->nr++;
    counts->refs++;
    t->fastopen.counted = counts;
    pcb->connected = opened;
    if (data->tot_len == 0)
        return true;
    t->fastopen.data_acked = true;
    pcb->rcv_nxt += data->tot_len;
    pcb->rcv_wnd -= data->tot_len;
    pcb->rcv_ann_wnd = pcb->rcv_wnd;
    pbuf_ref(data); /* the one that lwIP has goes */
    (void)tcp_bytes_arrived(t, pcb, data, ERR_OK);
    return true;
}

bool tcp_fastopen_syn(struct tcp_pcb_listen *listen, struct tcp_pcb *pcb,
                      const struct fastopen_cookie *asked, struct pbuf *data)
{
    struct tcp_socket *l = listen->callback_arg;
    unsigned mode = load_relaxed(&tcp_fastopen_mode), key = 0;
    if (!(mode & FASTOPEN_SERVER) || (asked->size < 0 && data->tot_len == 0) || l == NULL ||
        l->fastopen.listener == NULL || !has_room(l->fastopen.listener))
        return false;
    const struct fastopen_keys *keys = keys_of(l);
    bool free = mode & FASTOPEN_SERVER_NO_COOKIE || l->fastopen.no_cookie;
    if (asked->size > 0 && !free)
        key = check_cookie(asked, pcb, keys);
    bool taken = (free || key != 0) && take(l, pcb, data);
    /* One that is not needed any more, or is not known, is not told; a second key's grows old. */
    if (taken ? key > 1 : asked->size >= 0 && !free)
        send_cookie(pcb, asked, keys);
    return taken;
}
