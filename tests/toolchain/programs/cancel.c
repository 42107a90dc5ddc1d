/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cancels threads at every moment of a blocking call, while signals with handlers arrive too: each
 * request must end its thread. Prints one line for each kind of call.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static sem_t semaphore;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static volatile unsigned long spins;
static atomic_bool requested; /* pthread_cancel() has been called for the running thread */

static void unlock(void *argument)
{
    (void)argument;
    pthread_mutex_unlock(&mutex);
}

static void *reads(void *argument)
{
    char byte;

    while (read(ends[0], &byte, 1) >= 0 || argument == NULL)
        ;
    return NULL;
}

static void *waits_for_semaphore(void *argument)
{
    while (sem_wait(&semaphore) != 0)
        ;
    return argument;
}

static void *waits_for_condition(void *argument)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, NULL);
    for (;;)
        pthread_cond_wait(&condition, &mutex);
    pthread_cleanup_pop(1);
    return argument;
}

static void *sleeps(void *argument)
{
    for (;;)
        sleep(1000);
    return argument;
}

static void *spins_asynchronously(void *argument)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (;;)
        spins++;
    return argument;
}

static void *puts_it_off(void *argument)
{
    struct timespec rest = {0, 100000};

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    while (!requested)
        nanosleep(&rest, NULL);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    pthread_testcancel();
    return argument;
}

static void on_signal(int number)
{
    (void)number;
}

static void cancel_one(const char *name, void *(*start)(void *), int round)
{
    pthread_t thread;
    void *result;

    requested = false;
    if (pthread_create(&thread, NULL, start, NULL) != 0)
        exit(2);
    if (round % 3 == 1)
        sched_yield();
    if (round % 3 == 2 && round % 10 == 0)
        usleep(1000);
    if (round % 5 == 0)
        pthread_kill(thread, SIGUSR1);
    pthread_cancel(thread);
    requested = true;
    pthread_join(thread, &result);
    if (result == PTHREAD_CANCELED)
        return;
    printf("%s: round %d was not cancelled\n", name, round);
    exit(1);
}

int main(void)
{
    static const struct {
        const char *name;
        void *(*start)(void *);
    } kinds[] = {
        {"read", reads},      {"sem_wait", waits_for_semaphore},
        {"sleep", sleeps},    {"pthread_cond_wait", waits_for_condition},
        {"off", puts_it_off}, {"asynchronous", spins_asynchronously},
    };

    if (pipe(ends) != 0 || sem_init(&semaphore, 0, 0) != 0)
        return 2;
    signal(SIGUSR1, on_signal);
    for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        for (int round = 0; round < 500; round++)
            cancel_one(kinds[kind].name, kinds[kind].start, round);
        printf("%s: cancelled 500 times\n", kinds[kind].name);
    }
    return 0;
}
