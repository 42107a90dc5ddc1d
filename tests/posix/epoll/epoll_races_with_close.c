/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=120 */
/* Files and sets are closed while others watch, wait, wake and change them. */
#include "epoll.h"

enum { ROUNDS = 400, SETS = 3, FILES = 6 };

static atomic_int sets[SETS], files[FILES], stop;

static int pick(atomic_int *from, int n, unsigned *seed)
{
    return atomic_load(&from[rand_r(seed) % (unsigned)n]);
}

static void *changer(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    static const uint32_t kinds[] = {EPOLLIN, EPOLLIN | EPOLLET, EPOLLIN | EPOLLONESHOT,
                                     EPOLLIN | EPOLLOUT, EPOLLIN | EPOLLEXCLUSIVE};

    while (!atomic_load(&stop)) {
        int op = 1 + (int)(rand_r(&seed) % 3);
        control(pick(sets, SETS, &seed), op, pick(files, FILES, &seed), kinds[rand_r(&seed) % 5]);
    }
    return NULL;
}

static void *waiter(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    struct epoll_event events[4];

    while (!atomic_load(&stop))
        epoll_wait(pick(sets, SETS, &seed), events, 4, (int)(rand_r(&seed) % 2));
    return NULL;
}

static void *writer(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    eventfd_t value;

    while (!atomic_load(&stop)) {
        int fd = pick(files, FILES, &seed);
        eventfd_write(fd, 1);
        if (rand_r(&seed) % 2)
            eventfd_read(fd, &value);
        sched_yield();
    }
    return NULL;
}

int main(void)
{
    unsigned seed = 7;
    pthread_t thread[6];

    for (int i = 0; i < SETS; i++)
        atomic_store(&sets[i], new_set());
    for (int i = 0; i < FILES; i++)
        atomic_store(&files[i], eventfd(0, EFD_NONBLOCK));
    for (uintptr_t i = 0; i < 6; i++)
        thread[i] = start(i < 2 ? changer : i < 4 ? waiter : writer, (void *)(i + 1));
    for (int i = 0; i < ROUNDS; i++) {
        atomic_int *of_set = &sets[rand_r(&seed) % SETS], *of_file = &files[rand_r(&seed) % FILES];
        REQUIRE(close(atomic_load(of_file)) == 0);
        atomic_store(of_file, eventfd(0, EFD_NONBLOCK));
        if (i % 4 == 0) {
            REQUIRE(close(atomic_load(of_set)) == 0);
            atomic_store(of_set, new_set());
        }
        sched_yield();
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < 6; i++)
        join(thread[i]);
    return check_done();
}
