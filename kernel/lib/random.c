/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's random generator: ChaCha20 with fast key erasure. Each request takes a
 * fresh key stream from the key and replaces the key by its first 32 bytes before
 * anything is handed out, so what was handed out cannot be derived from memory.
 *
 * random.lock protects the key. A request holds it only to draw a key of its own.
 */
#include "chacha.h"

#include <arch/random.h>
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/random.h>
#include <hermit/spinlock.h>
#include <hermit/string.h>

#define KEY_WORDS  8
#define BLOCK_SIZE 64

static struct {
    struct spinlock lock;
    bool seeded;
    uint32_t key[KEY_WORDS];
    uint64_t requests; /* nonce */
} generator = {.lock = SPINLOCK_INIT("random")};

/* Mixes bytes into the key: xor, then a pass through the cipher. Locked. */
static void absorb(const void *data, size_t n)
{
    static const uint32_t nonce[3] = {1, 0, 0};
    const uint8_t *bytes = data;
    uint32_t block[16];
    while (n > 0) {
        size_t chunk = MIN(n, sizeof(generator.key));
        uint32_t words[KEY_WORDS] = {0};
        memcpy(words, bytes, chunk);
        for (unsigned i = 0; i < KEY_WORDS; i++)
            generator.key[i] ^= words[i];
        chacha20_block(generator.key, 0, nonce, block);
        memcpy(generator.key, block, sizeof(generator.key));
        bytes += chunk;
        n -= chunk;
    }
}

/* Set before the first use. */
static size_t (*device_read)(void *data, size_t size);

void random_set_device(size_t (*read)(void *data, size_t size))
{
    device_read = read;
}

/* Locked. Without the launcher's seed and RDRAND, the entropy device must provide one. */
static void seed(void)
{
    uint64_t words[KEY_WORDS / 2] = {0}; /* one pass through the cipher */
    bool good = false;
    if (boot_info.block != NULL) {
        absorb(boot_info.block->seed, sizeof(boot_info.block->seed));
        good = true;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
        good |= arch_random64(&words[i]);
    words[0] ^= arch_clock_ticks();
    absorb(words, sizeof(words));
    if (!good) {
        uint8_t bytes[32];
        absorb(bytes, device_read(bytes, sizeof(bytes)));
    }
    generator.seeded = true;
}

/* Draws a key for one request, to be forgotten afterwards. */
static void draw_key(uint32_t key[KEY_WORDS])
{
    uint32_t block[16];
    uint32_t nonce[3] = {0};
    unsigned long irq = spin_lock(&generator.lock);
    if (!generator.seeded)
        seed();
    generator.requests++;
    memcpy(&nonce[1], &generator.requests, sizeof(generator.requests));
    chacha20_block(generator.key, 0, nonce, block);
    memcpy(generator.key, block, sizeof(generator.key));
    spin_unlock(&generator.lock, irq);
    memcpy(key, block + KEY_WORDS, KEY_WORDS * sizeof(*key));
}

void random_fill(void *buf, size_t n)
{
    static const uint32_t nonce[3] = {2, 0, 0};
    uint32_t key[KEY_WORDS];
    uint32_t block[16];
    char *at = buf;
    draw_key(key);
    if (n <= sizeof(key)) {
        memcpy(at, key, n);
        return;
    }
    for (uint32_t counter = 0; n > 0; counter++) {
        size_t chunk = MIN(n, (size_t)BLOCK_SIZE);
        chacha20_block(key, counter, nonce, block);
        memcpy(at, block, chunk);
        at += chunk;
        n -= chunk;
    }
}

void random_add(const void *buf, size_t n)
{
    unsigned long irq = spin_lock(&generator.lock);
    if (!generator.seeded)
        seed();
    absorb(buf, n);
    spin_unlock(&generator.lock, irq);
}
