/* SPDX-License-Identifier: BSD-3-Clause */
/* Two threads that answer each other, on one core and on two. */
#include "bench.h"
#include "syscalls.h"

#include <pthread.h>
#include <sys/eventfd.h>

enum { ROUNDS = 500, ALL_ROUNDS = ROUNDS * (BENCH_BATCHES + 1) };

static void *nothing(void *arg)
{
    return arg;
}

static void create_and_join(void)
{
    unsigned failed = 0;
    BENCH_EACH("pthread_create_join", 100, {
        pthread_t thread;
        void *result = NULL;
        failed |= pthread_create(&thread, NULL, nothing, &failed) != 0;
        failed |= pthread_join(thread, &result) != 0 || result != &failed;
    });
    BENCH_CHECK(failed == 0);
}

/* Starts `body` on `cpu`. */
static pthread_t start_on(int cpu, void *(*body)(void *), void *arg)
{
    pthread_attr_t attr;
    pthread_t thread;
    BENCH_CHECK(pthread_attr_init(&attr) == 0);
    bench_pin(cpu); /* inherited */
    BENCH_CHECK(pthread_create(&thread, &attr, body, arg) == 0);
    bench_pin(0);
    pthread_attr_destroy(&attr);
    return thread;
}

static volatile bool stop;
static volatile unsigned long others_turns;

static void *yielder(void *arg)
{
    while (!stop) {
        others_turns++;
        sched_yield();
    }
    return arg;
}

static void yield_between_two(void)
{
    stop = false;
    others_turns = 0;
    pthread_t other = start_on(0, yielder, NULL);
    while (others_turns == 0)
        sched_yield();
    others_turns = 0;
    bench_watch("sched_yield_two");
    double pair = BENCH_MEASURE(ROUNDS, sched_yield()) - bench.empty;
    bench_watch(NULL);
    unsigned long turns = others_turns;
    stop = true;
    BENCH_CHECK(pthread_join(other, NULL) == 0);
    /* A scheduler need not switch at each call: what counts is all calls of both. */
    bench_row("sched_yield_two", pair / (1 + (double)turns / ALL_ROUNDS));
    bench_row_unit("sched_yield_two_switches", (double)turns / ALL_ROUNDS, "share");
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

static void take_turn(int mine)
{
    pthread_mutex_lock(&mutex);
    while (turn != mine)
        pthread_cond_wait(&turned, &mutex);
    turn = !mine;
    pthread_cond_signal(&turned);
    pthread_mutex_unlock(&mutex);
}

static void *cond_partner(void *arg)
{
    for (int i = 0; i < ALL_ROUNDS; i++)
        take_turn(1);
    return arg;
}

static void cond_ping_pong(const char *row, int cpu)
{
    turn = 0;
    pthread_t other = start_on(cpu, cond_partner, NULL);
    BENCH_EACH(row, ROUNDS, take_turn(0));
    BENCH_CHECK(pthread_join(other, NULL) == 0);
    BENCH_CHECK(turn == 0);
}

struct channel {
    int there[2], back[2]; /* read end, write end */
};

static void *pipe_partner(void *arg)
{
    struct channel *channel = arg;
    char byte;
    for (int i = 0; i < ALL_ROUNDS; i++)
        BENCH_CHECK(read(channel->there[0], &byte, 1) == 1 &&
                    write(channel->back[1], &byte, 1) == 1);
    return arg;
}

static void pipe_ping_pong(const char *row, int cpu)
{
    struct channel channel;
    BENCH_CHECK(pipe(channel.there) == 0 && pipe(channel.back) == 0);
    pthread_t other = start_on(cpu, pipe_partner, &channel);
    char sent = 0, got = 0;
    unsigned right = 0;
    BENCH_EACH(row, ROUNDS, {
        sent++;
        right += write(channel.there[1], &sent, 1) == 1 && read(channel.back[0], &got, 1) == 1 &&
                 got == sent;
    });
    BENCH_CHECK(right == ALL_ROUNDS);
    BENCH_CHECK(pthread_join(other, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        close(channel.there[i]);
        close(channel.back[i]);
    }
}

static void *event_partner(void *arg)
{
    int *fds = arg;
    uint64_t value;
    for (int i = 0; i < ALL_ROUNDS; i++)
        BENCH_CHECK(read(fds[0], &value, sizeof(value)) == sizeof(value) &&
                    write(fds[1], &value, sizeof(value)) == sizeof(value));
    return arg;
}

static void event_ping_pong(const char *row, int cpu)
{
    int fds[2] = {eventfd(0, 0), eventfd(0, 0)};
    if (fds[0] < 0 || fds[1] < 0) {
        bench_skip(row, strerror(errno));
        return;
    }
    pthread_t other = start_on(cpu, event_partner, fds);
    uint64_t one = 1, got;
    unsigned right = 0;
    BENCH_EACH(row, ROUNDS, {
        right += write(fds[0], &one, sizeof(one)) == sizeof(one) &&
                 read(fds[1], &got, sizeof(got)) == sizeof(got) && got == 1;
    });
    BENCH_CHECK(right == ALL_ROUNDS);
    BENCH_CHECK(pthread_join(other, NULL) == 0);
    close(fds[0]);
    close(fds[1]);
}

void threads(int cpus)
{
    create_and_join();
    yield_between_two();
    cond_ping_pong("cond_round_trip", 0);
    pipe_ping_pong("pipe_round_trip", 0);
    event_ping_pong("eventfd_round_trip", 0);
    if (cpus > 1) {
        cond_ping_pong("cond_round_trip_other_core", 1);
        pipe_ping_pong("pipe_round_trip_other_core", 1);
        event_ping_pong("eventfd_round_trip_other_core", 1);
    }
}
