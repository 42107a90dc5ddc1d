/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/* Each blocking cancellation point ends a blocked thread that is cancelled. */
#include "check.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/select.h>
#include <sys/uio.h>

static int empty[2], full[2];
static sem_t sem;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static atomic_int entered;

static void *in_sem_wait(void *unused)
{
    atomic_store(&entered, 1);
    sem_wait(&sem);
    return unused;
}

static void *in_sem_timedwait(void *unused)
{
    struct timespec late = deadline(CLOCK_REALTIME, 3600 * SEC);
    atomic_store(&entered, 1);
    sem_timedwait(&sem, &late);
    return unused;
}

static void unlock(void *mutex)
{
    /* The mutex is held again when the cleanup handler runs. */
    CHECK(pthread_mutex_trylock(mutex) == EBUSY);
    CHECK(pthread_mutex_unlock(mutex) == 0);
}

static void *in_cond_wait(void *unused)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, &lock);
    atomic_store(&entered, 1);
    for (;;)
        pthread_cond_wait(&cond, &lock);
    pthread_cleanup_pop(1);
    return unused;
}

static void *in_nanosleep(void *unused)
{
    atomic_store(&entered, 1);
    nanosleep(&(struct timespec){.tv_sec = 3600}, NULL);
    return unused;
}

static void *in_clock_nanosleep(void *unused)
{
    struct timespec late = deadline(CLOCK_MONOTONIC, 3600 * SEC);
    atomic_store(&entered, 1);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &late, NULL);
    return unused;
}

static void *in_write(void *unused)
{
    atomic_store(&entered, 1);
    if (write(full[1], "x", 1) != 1)
        return NULL;
    return unused;
}

static void *in_readv(void *unused)
{
    char byte;
    struct iovec vector = {&byte, 1};
    atomic_store(&entered, 1);
    if (readv(empty[0], &vector, 1) != 1)
        return NULL;
    return unused;
}

static void *in_poll(void *unused)
{
    struct pollfd fd = {.fd = empty[0], .events = POLLIN};
    atomic_store(&entered, 1);
    poll(&fd, 1, -1);
    return unused;
}

static void *in_select(void *unused)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(empty[0], &set);
    atomic_store(&entered, 1);
    select(empty[0] + 1, &set, NULL, NULL, NULL);
    return unused;
}

static void *in_pause(void *unused)
{
    atomic_store(&entered, 1);
    pause();
    return unused;
}

static void *sleeper(void *unused)
{
    sem_wait(&sem);
    return unused;
}

static void *in_join(void *argument)
{
    atomic_store(&entered, 1);
    pthread_join(*(pthread_t *)argument, NULL);
    return NULL;
}

static void cancel_in(const char *name, void *(*body)(void *), void *argument)
{
    for (int i = 0; i < 4; i++) {
        atomic_store(&entered, 0);
        pthread_t thread = start(body, argument);
        await(&entered, 1);
        if (i % 2)
            sleep_ms(2);
        CHECK(pthread_cancel(thread) == 0);
        CHECK(join(thread) == PTHREAD_CANCELED);
    }
    printf("cancelled in %s\n", name);
    fflush(stdout);
}

int main(void)
{
    char block[4096] = {0};

    REQUIRE(pipe(empty) == 0 && pipe2(full, O_NONBLOCK) == 0 && sem_init(&sem, 0, 0) == 0);
    while (write(full[1], block, sizeof(block)) > 0)
        ;
    REQUIRE(fcntl(full[1], F_SETFL, 0) == 0);
    cancel_in("sem_wait", in_sem_wait, NULL);
    cancel_in("sem_timedwait", in_sem_timedwait, NULL);
    cancel_in("cond_wait", in_cond_wait, NULL);
    CHECK(pthread_mutex_trylock(&lock) == 0);
    cancel_in("nanosleep", in_nanosleep, NULL);
    cancel_in("clock_nanosleep", in_clock_nanosleep, NULL);
    cancel_in("write", in_write, NULL);
    cancel_in("readv", in_readv, NULL);
    cancel_in("poll", in_poll, NULL);
    cancel_in("select", in_select, NULL);
    cancel_in("pause", in_pause, NULL);
    pthread_t target = start(sleeper, NULL);
    cancel_in("join", in_join, &target);
    sem_post(&sem);
    join(target);
    return check_done();
}
