/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=128M */
/* realloc of a large block needs no memory for a second one, and keeps what is in it. */
#include "check.h"
#include <malloc.h>

#define STEP (512UL << 10)

static void fill(char *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i += 4096)
        *(size_t *)(p + i) = i ^ 0x5aa5;
}

static int wrong(const char *p, size_t size)
{
    int n = 0;
    for (size_t i = 0; i < size; i += 4096)
        n += *(const size_t *)(p + i) != (i ^ 0x5aa5);
    return n;
}

static void *grow_elsewhere(void *arg)
{
    char *p = realloc(arg, 80 * STEP);
    if (CHECK(p != NULL)) {
        CHECK(wrong(p, 60 * STEP) == 0);
        fill(p, 60 * STEP, 80 * STEP);
    }
    return p;
}

int main(void)
{
    void *in_the_way[20];
    int n = 0;
    size_t size = 100 * STEP;
    char *p = malloc(size);
    REQUIRE(p != NULL);
    fill(p, 0, size);
    for (; size < 190 * STEP; size += STEP) {
        char *q = realloc(p, size + STEP);
        REQUIRE(q != NULL);
        p = q;
        fill(p, size, size + STEP);
        if (size % (10 * STEP) == 0)
            in_the_way[n++] = malloc(20 * STEP); /* never touched */
    }
    printf("190 steps, wrong: %d, enough: %d\n", wrong(p, size), malloc_usable_size(p) >= size);
    while (n != 0)
        free(in_the_way[--n]);
    p = realloc(p, 60 * STEP);
    REQUIRE(p != NULL);
    printf("60 steps, wrong: %d\n", wrong(p, 60 * STEP));
    char *other = malloc(100 * STEP); /* what was cut off can be had */
    REQUIRE(other != NULL);
    fill(other, 0, 100 * STEP);
    free(other);

    void *(*volatile asked)(void *, size_t) = realloc; /* not for the compiler to leave out */
    errno = 0;
    CHECK(asked(p, (size_t)1 << 46) == NULL && errno == ENOMEM);
    CHECK(asked(p, SIZE_MAX - 5000) == NULL && errno == ENOMEM);
    printf("after a refusal, wrong: %d\n", wrong(p, 60 * STEP));

    pthread_t t;
    void *result;
    REQUIRE(pthread_create(&t, NULL, grow_elsewhere, p) == 0 && pthread_join(t, &result) == 0);
    p = realloc(result, 90 * STEP);
    REQUIRE(p != NULL);
    printf("after another thread's turn, wrong: %d\n", wrong(p, 80 * STEP));
    p = realloc(p, 100);
    REQUIRE(p != NULL);
    printf("100 bytes, wrong: %d\n", wrong(p, 100));
    free(p);
    return check_failures != 0;
}
