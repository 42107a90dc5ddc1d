/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A shared futex is found through any mapping of its object, a private one by its address only. */
#include "futex.h"
#include <sys/mman.h>

static atomic_int *one, *two;
static atomic_int awake;

static void *wait_shared(void *unused)
{
    (void)unused;
    while (futex(one, FUTEX_WAIT, 0, NULL, NULL, 0) != 0)
        CHECK(errno == EINTR);
    atomic_store(&awake, 1);
    return NULL;
}

int main(void)
{
    int fd = shm_open("/futex-test", O_RDWR | O_CREAT, 0600);

    REQUIRE(fd >= 0 && ftruncate(fd, 8192) == 0);
    CHECK(shm_unlink("/futex-test") == 0);
    char *low = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *high = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
    REQUIRE(low != MAP_FAILED && high != MAP_FAILED);
    one = (atomic_int *)(low + 4096 + 64);
    two = (atomic_int *)(high + 64);
    pthread_t thread = start_asleep(wait_shared, NULL);
    CHECK(futex(two, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    CHECK(futex(two + 1, FUTEX_WAKE, 1, NULL, NULL, 0) == 0);
    CHECK(atomic_load(&awake) == 0);
    while (futex(two, FUTEX_WAKE, 1, NULL, NULL, 0) != 1)
        sched_yield();
    join(thread);
    CHECK(atomic_load(&awake) == 1);
    return check_done();
}
