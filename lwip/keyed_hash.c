/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keyed hashes of connections: SipHash-2-4 (Aumasson and Bernstein, 2012) over whole words of 64
 * bits. Owns its key; the core lock protects that.
 */
#include "hooks.h"
#include "port.h"

#include <stdbool.h>

#include "lwip/def.h"

/* What a hash is for goes into it, so that none says anything about another. */
enum purpose { FOR_ISN, FOR_PORT, FOR_TABLE, FOR_CLOCK };

struct sip {
    uint64_t v0, v1, v2, v3;
};

#define CLOCK_IS_HIDDEN 1

uint8_t lwip_time_stamps = CLOCK_IS_HIDDEN;

static uint64_t key[2];
static bool has_key;

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

uint64_t lwip_siphash(const uint64_t k[2], const uint64_t *words, int nr)
{
    struct sip s = {k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d, k[0] ^ 0x6c7967656e657261,
                    k[1] ^ 0x7465646279746573};
    for (int i = 0; i < nr; i++)
        sip_word(&s, words[i]);
    sip_word(&s, (uint64_t)nr << 59); /* the length in bytes, modulo 256, on top */
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* An address as two words; of all versions, one cannot be taken for another. */
static void address_words(uint64_t out[2], const ip_addr_t *a)
{
    if (IP_IS_V6(a)) {
        const uint32_t *w = ip_2_ip6(a)->addr;
        out[0] = (uint64_t)w[1] << 32 | w[0];
        out[1] = (uint64_t)w[3] << 32 | w[2];
    } else {
        out[0] = ip_2_ip4(a)->addr;
        out[1] = 0;
    }
}

static uint64_t hash(enum purpose purpose, const ip_addr_t *local, uint16_t local_port,
                     const ip_addr_t *remote, uint16_t remote_port)
{
    uint64_t words[5] = {(uint64_t)purpose << 32 | (uint32_t)local_port << 16 | remote_port};
    if (!has_key)
        lwip_port_random(key, sizeof(key));
    has_key = true;
    if (local)
        address_words(words + 1, local);
    if (remote)
        address_words(words + 3, remote);
    return lwip_siphash(key, words, LWIP_ARRAYSIZE(words));
}

uint32_t lwip_isn(const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote,
                  uint16_t remote_port)
{
    uint32_t clock = (uint32_t)(lwip_port_now_us() / 4);
    return clock + (uint32_t)hash(FOR_ISN, local, local_port, remote, remote_port);
}

uint32_t lwip_port_offset(const ip_addr_t *local, const ip_addr_t *remote, uint16_t remote_port)
{
    return (uint32_t)hash(FOR_PORT, local, 0, remote, remote_port);
}

uint32_t lwip_ts_offset(const ip_addr_t *local, const ip_addr_t *remote)
{
    if (lwip_time_stamps != CLOCK_IS_HIDDEN)
        return 0;
    return (uint32_t)hash(FOR_CLOCK, local, 0, remote, 0);
}

uint32_t lwip_tuple_hash(uint16_t local_port, const ip_addr_t *remote, uint16_t remote_port)
{
    return (uint32_t)hash(FOR_TABLE, NULL, local_port, remote, remote_port);
}

uint32_t lwip_random_word(void)
{
    uint32_t word;
    lwip_port_random(&word, sizeof(word));
    return word;
}
