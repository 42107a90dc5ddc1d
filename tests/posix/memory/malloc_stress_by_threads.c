/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 timeout=120 */
/* Threads allocate, fill, hand over and free blocks of many sizes; no block is damaged. */
#include "check.h"

#define THREADS 8
#define BLOCKS  64
#define ROUNDS  1500

static _Atomic(unsigned char *) mailbox[THREADS];

static unsigned next(unsigned *state)
{
    *state = *state * 1103515245 + 12345;
    return *state >> 8;
}

static unsigned char *make(unsigned *state)
{
    size_t size = 16 + (next(state) % 8 == 0 ? next(state) % 200000 : next(state) % 600);
    unsigned char *block = malloc(size);

    REQUIRE(block != NULL && (uintptr_t)block % 16 == 0);
    memcpy(block, &size, sizeof(size));
    memset(block + sizeof(size), (int)(size & 0xff), size - sizeof(size));
    return block;
}

static void check_and_free(unsigned char *block)
{
    size_t size;

    if (block == NULL)
        return;
    memcpy(&size, block, sizeof(size));
    for (size_t i = sizeof(size); i < size; i += 37)
        REQUIRE(block[i] == (size & 0xff));
    free(block);
}

static void *body(void *argument)
{
    unsigned self = (unsigned)(uintptr_t)argument, state = self * 7919 + 1;
    unsigned char *blocks[BLOCKS] = {0};

    for (int i = 0; i < ROUNDS; i++) {
        unsigned slot = next(&state) % BLOCKS;
        check_and_free(blocks[slot]);
        blocks[slot] = make(&state);
        if (i % 8 == 0)
            check_and_free(atomic_exchange(&mailbox[(self + 1) % THREADS], make(&state)));
    }
    for (int i = 0; i < BLOCKS; i++)
        check_and_free(blocks[i]);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (uintptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    for (int i = 0; i < THREADS; i++)
        check_and_free(mailbox[i]);
    return check_done();
}
