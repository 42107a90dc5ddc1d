/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 */
/* A process-shared mutex works through two mappings of one object. */
#include "check.h"
#include <sys/mman.h>

#define ROUNDS 3000

struct shared {
    pthread_mutex_t lock;
    long counter;
};

static void *count(void *argument)
{
    struct shared *shared = argument;

    for (int i = 0; i < ROUNDS; i++) {
        CHECK(pthread_mutex_lock(&shared->lock) == 0);
        shared->counter++;
        CHECK(pthread_mutex_unlock(&shared->lock) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_mutexattr_t attr;
    int fd = shm_open("/mutex-test", O_RDWR | O_CREAT, 0600);

    REQUIRE(fd >= 0 && ftruncate(fd, 4096) == 0);
    struct shared *one = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    struct shared *two = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(one != MAP_FAILED && two != MAP_FAILED && one != two);
    CHECK(shm_unlink("/mutex-test") == 0);
    CHECK(pthread_mutexattr_init(&attr) == 0);
    CHECK(pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0);
    CHECK(pthread_mutex_init(&one->lock, &attr) == 0);
    pthread_t first = start(count, one), second = start(count, two), third = start(count, one);
    join(first);
    join(second);
    join(third);
    printf("counted %ld\n", two->counter);
    return check_done();
}
