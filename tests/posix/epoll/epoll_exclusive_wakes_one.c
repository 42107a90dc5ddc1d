/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* With EPOLLEXCLUSIVE an event wakes at least one of many sets, and none is lost; of the threads
 * that wait for one set, an edge wakes one. */
#include "epoll.h"

enum { WORKERS = 6, EVENTS = 200 };

static atomic_int taken, woken, ready;
static int semaphore, edge_set, quit;

static void *worker(void *unused)
{
    int set = new_set();
    struct epoll_event event;
    eventfd_t value;

    CHECK(control(set, EPOLL_CTL_ADD, semaphore, EPOLLIN | EPOLLEXCLUSIVE) == 0);
    CHECK(control(set, EPOLL_CTL_ADD, quit, EPOLLIN) == 0);
    atomic_fetch_add(&ready, 1);
    for (;;) {
        CHECK(epoll_wait(set, &event, 1, -1) == 1);
        if (event.data.fd == quit)
            break;
        while (eventfd_read(semaphore, &value) == 0)
            atomic_fetch_add(&taken, 1);
    }
    CHECK(close(set) == 0);
    return unused;
}

static void *edge_waiter(void *unused)
{
    struct epoll_event event;

    CHECK(epoll_wait(edge_set, &event, 1, -1) == 1);
    atomic_fetch_add(&woken, 1);
    return unused;
}

int main(void)
{
    pthread_t thread[WORKERS];

    semaphore = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK);
    quit = eventfd(0, 0);
    for (int i = 0; i < WORKERS; i++)
        thread[i] = start(worker, NULL);
    await(&ready, WORKERS);
    for (int i = 0; i < EVENTS; i++) {
        signal_event(semaphore);
        if (i % 16 == 0)
            sleep_ms(1);
    }
    await(&taken, EVENTS);
    signal_event(quit);
    for (int i = 0; i < WORKERS; i++)
        join(thread[i]);

    int fd = eventfd(0, 0);
    edge_set = new_set();
    CHECK(control(edge_set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET) == 0);
    for (int i = 0; i < WORKERS; i++)
        thread[i] = start_asleep(edge_waiter, NULL);
    for (int i = 1; i <= WORKERS; i++) {
        signal_event(fd);
        await(&woken, i);
        sleep_ms(5);
        CHECK(atomic_load(&woken) == i);
    }
    for (int i = 0; i < WORKERS; i++)
        join(thread[i]);
    return check_done();
}
