/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Each thread's __thread variables start from the image's values, well aligned,
 * and stay its own. */
#include "check.h"

static __thread int zero;
static __thread int number = 4711;
static __thread char text[16] = "initial";
static __thread long aligned __attribute__((aligned(64))) = 7;
static __thread int big[2000];

static void *use(void *argument)
{
    int self = (int)(intptr_t)argument;

    CHECK(zero == 0 && number == 4711 && strcmp(text, "initial") == 0 && aligned == 7);
    CHECK(big[0] == 0 && big[1999] == 0);
    CHECK((uintptr_t)&aligned % 64 == 0);
    zero = number = big[1999] = self;
    snprintf(text, sizeof(text), "thread %d", self);
    for (int i = 0; i < 20; i++)
        sched_yield();
    CHECK(zero == self && number == self && big[1999] == self && atoi(text + 7) == self);
    return &zero;
}

int main(void)
{
    pthread_t threads[8];
    void *where[8];

    for (int round = 0; round < 5; round++) {
        for (intptr_t i = 0; i < 8; i++)
            threads[i] = start(use, (void *)(i + 1));
        for (int i = 0; i < 8; i++)
            where[i] = join(threads[i]);
        for (int i = 0; i < 8; i++)
            CHECK(where[i] != &zero);
    }
    CHECK(zero == 0 && number == 4711);
    return check_done();
}
