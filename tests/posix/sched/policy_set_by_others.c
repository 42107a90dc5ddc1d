/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/*
 * Policy, priority, nice value and mask of a thread that runs, yields or sleeps elsewhere: what
 * was set last is what is read, and what two set at once is what one of them set.
 */
#include "sched.h"

enum { SPINS, YIELDS, SLEEPS, CONTESTED, TARGETS };

struct setting {
    int policy, priority;
};

static const struct setting settings[] = {{SCHED_OTHER, 0}, {SCHED_FIFO, 3}, {SCHED_BATCH, 0},
                                          {SCHED_RR, 9},    {SCHED_IDLE, 0}, {SCHED_FIFO, 1}};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static atomic_int tids[TARGETS];
static atomic_bool stop_setting;

/* Lets the setters, which have a higher priority, change it whatever it does. */
static void *target(void *number)
{
    intptr_t self = (intptr_t)number;

    atomic_store(&tids[self], (int)syscall(SYS_gettid));
    for (unsigned i = 0; !atomic_load(&stop_spinning); i++) {
        if (self == YIELDS)
            sched_yield();
        else if (self == SLEEPS || (self == CONTESTED && i % 64 == 0))
            usleep(50);
    }
    return NULL;
}

static int tid_of(int number)
{
    while (atomic_load(&tids[number]) == 0)
        usleep(1000);
    return atomic_load(&tids[number]);
}

static void set(int tid, const struct setting *to)
{
    struct sched_param param = {.sched_priority = to->priority};

    CHECK(syscall(SYS_sched_setscheduler, tid, to->policy, &param) == 0);
}

static bool is(int tid, const struct setting *what)
{
    struct sched_param param = {.sched_priority = -1};

    return syscall(SYS_sched_getscheduler, tid) == what->policy &&
           syscall(SYS_sched_getparam, tid, &param) == 0 && param.sched_priority == what->priority;
}

/* The only one to set this thread's. */
static void *set_and_read(void *number)
{
    int tid = tid_of((int)(intptr_t)number);
    cpu_set_t all, one, read;

    set_policy(SCHED_FIFO, 50);
    REQUIRE(sched_getaffinity(0, sizeof(all), &all) == 0);
    for (int i = 0; !atomic_load(&stop_setting); i++) {
        set(tid, &settings[(unsigned)i % SETTINGS]);
        int nice = i % 40 - 20;
        CHECK(setpriority(PRIO_PROCESS, (id_t)tid, nice) == 0);
        if (!CHECK(is(tid, &settings[(unsigned)i % SETTINGS])))
            break;
        if (!CHECK(getpriority(PRIO_PROCESS, (id_t)tid) == nice))
            break;
        CPU_ZERO(&one);
        for (int cpu = i % CPU_SETSIZE; CPU_COUNT(&one) == 0; cpu = (cpu + 1) % CPU_SETSIZE)
            if (CPU_ISSET(cpu, &all))
                CPU_SET(cpu, &one);
        REQUIRE(sched_setaffinity(tid, sizeof(one), &one) == 0);
        if (!CHECK(sched_getaffinity(tid, sizeof(read), &read) == 0 && CPU_EQUAL(&one, &read)))
            break;
        if (i % 8 == 7)
            usleep(100); /* the others' turn */
    }
    REQUIRE(sched_setaffinity(tid, sizeof(all), &all) == 0);
    set(tid, &settings[0]);
    return NULL;
}

static void *contest(void *first)
{
    int tid = tid_of(CONTESTED);
    unsigned i = (unsigned)(intptr_t)first;

    set_policy(SCHED_FIFO, 50);
    for (; !atomic_load(&stop_setting); i++) {
        set(tid, &settings[i % SETTINGS]);
        CHECK(setpriority(PRIO_PROCESS, (id_t)tid, (int)(i % 20)) == 0);
        if (i % 8 == 7)
            usleep(100);
    }
    return NULL;
}

int main(void)
{
    pthread_t targets[TARGETS], setters[TARGETS + 1];
    unsigned fits = 0;

    set_policy(SCHED_FIFO, 60);
    struct sched_param none = {.sched_priority = 0};
    pthread_attr_t attr;
    REQUIRE(pthread_attr_init(&attr) == 0);
    REQUIRE(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED) == 0);
    REQUIRE(pthread_attr_setschedpolicy(&attr, SCHED_OTHER) == 0);
    REQUIRE(pthread_attr_setschedparam(&attr, &none) == 0);
    for (intptr_t i = 0; i < TARGETS; i++)
        REQUIRE(pthread_create(&targets[i], &attr, target, (void *)i) == 0);
    for (intptr_t i = 0; i < CONTESTED; i++)
        setters[i] = start(set_and_read, (void *)i);
    setters[CONTESTED] = start(contest, (void *)0);
    setters[CONTESTED + 1] = start(contest, (void *)3);
    sleep_ms(700);
    atomic_store(&stop_setting, true);
    for (int i = 0; i < TARGETS + 1; i++)
        join(setters[i]);
    for (unsigned i = 0; i < SETTINGS; i++)
        fits += is(tid_of(CONTESTED), &settings[i]);
    CHECK(fits == 1);
    atomic_store(&stop_spinning, true);
    for (int i = 0; i < TARGETS; i++)
        join(targets[i]);
    return check_done();
}
