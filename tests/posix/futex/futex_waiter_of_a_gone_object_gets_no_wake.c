/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A thread that waits in a shared mapping which then goes away, with its file, does not take the
 * wakes of the next file's waiters, though that may have the memory of the old one. */
#include "futex.h"
#include <sys/mman.h>

#define ROUNDS 20

static atomic_int awake;

static void *wait_shared(void *word)
{
    while (futex(word, FUTEX_WAIT, 0, NULL, NULL, 0) != 0)
        CHECK(errno == EINTR);
    atomic_fetch_add(&awake, 1);
    return NULL;
}

/* A file of its own, mapped with somebody waiting in it. */
static void *mapping(pthread_t *thread)
{
    int fd = memfd_create("futex", 0);

    REQUIRE(fd >= 0 && ftruncate(fd, 4096) == 0);
    void *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(word != MAP_FAILED && close(fd) == 0);
    *thread = start_asleep(wait_shared, word);
    return word;
}

int main(void)
{
    pthread_t thread;

    for (int n = 0; n < ROUNDS; n++) {
        CHECK(munmap(mapping(&thread), 4096) == 0); /* its waiter stays for good */
        void *word = mapping(&thread);
        while (futex(word, FUTEX_WAKE, 1, NULL, NULL, 0) != 1)
            sleep_ms(1);
        join(thread);
        CHECK(atomic_load(&awake) == n + 1);
        CHECK(munmap(word, 4096) == 0);
    }
    return check_done();
}
