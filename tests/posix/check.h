/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks and small helpers shared by the programs under tests/posix. A program
 * prints what it saw on stdout; the same source runs on Linux and on Hermit and
 * both outputs must be equal, so nothing printed may depend on addresses, ids,
 * times or the number of CPUs. Every function may be called by any thread.
 */
#ifndef TESTS_POSIX_CHECK_H
#define TESTS_POSIX_CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define MS  1000000LL    /* nanoseconds */
#define SEC 1000000000LL /* nanoseconds */

#define UNUSED __attribute__((unused))

static atomic_int check_failures UNUSED;

/* Reports a failed check on stdout with errno; returns `ok`. */
UNUSED static bool check_report(bool ok, const char *text, const char *file, int line)
{
    int error = errno;

    if (ok)
        return true;
    const char *name = strrchr(file, '/');
    printf("%s:%d: not so: %s (errno %d: %s)\n", name ? name + 1 : file, line, text, error,
           strerror(error));
    fflush(stdout);
    atomic_fetch_add(&check_failures, 1);
    errno = error;
    return false;
}

/* CHECK goes on after a failure, REQUIRE ends the program with status 1. */
#define CHECK(condition) check_report((condition), #condition, __FILE__, __LINE__)
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!CHECK(condition))                                                                     \
            _exit(1);                                                                              \
    } while (0)

/* The call returns -1 and leaves `error` in errno. */
#define CHECK_ERRNO(call, error)                                                                   \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long check_result = (long)(call);                                                          \
        check_report(check_result == -1 && errno == (error), #call " fails with " #error,          \
                     __FILE__, __LINE__);                                                          \
    } while (0)

/* The last line of main: 0 if every check held. */
UNUSED static int check_done(void)
{
    if (atomic_load(&check_failures) == 0)
        puts("all as promised");
    return atomic_load(&check_failures) != 0;
}

/* The clock's time in nanoseconds. */
UNUSED static long long now_ns(clockid_t clock)
{
    struct timespec now;

    REQUIRE(clock_gettime(clock, &now) == 0);
    return now.tv_sec * SEC + now.tv_nsec;
}

UNUSED static struct timespec to_timespec(long long ns)
{
    return (struct timespec){.tv_sec = ns / SEC, .tv_nsec = ns % SEC};
}

/* The clock's time plus `ns` nanoseconds, for absolute timeouts. */
UNUSED static struct timespec deadline(clockid_t clock, long long ns)
{
    return to_timespec(now_ns(clock) + ns);
}

UNUSED static void sleep_ms(long ms)
{
    struct timespec left = to_timespec(ms * MS);

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

/* How often something is measured again that a busy host can make look too long: the time of a
 * virtual processor goes on while the host runs something else. */
#define TRIES 20

UNUSED static pthread_t start(void *(*body)(void *), void *argument)
{
    pthread_t thread;

    REQUIRE(pthread_create(&thread, NULL, body, argument) == 0);
    return thread;
}

/* Waits until thread `tid` of this process sleeps in a call. */
UNUSED static void await_asleep(int tid)
{
    char path[64], text[256];

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
    for (;;) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        REQUIRE(fd >= 0);
        ssize_t size = read(fd, text, sizeof(text) - 1);
        REQUIRE(size > 0 && close(fd) == 0);
        text[size] = '\0';
        const char *state = strrchr(text, ')'); /* the end of the name */
        if (state != NULL && state[1] == ' ' && state[2] == 'S')
            return;
        sleep_ms(1);
    }
}

struct sleeper {
    void *(*body)(void *);
    void *argument;
    atomic_int tid;
};

UNUSED static void *run_sleeper(void *argument)
{
    struct sleeper *own = argument, copy = {own->body, own->argument, 0};

    atomic_store(&own->tid, gettid()); /* it may be gone from now on */
    return copy.body(copy.argument);
}

/* Starts a thread and waits until it sleeps, which it first does in the call under test. To sleep
 * for a while here instead fails on a busy host. */
UNUSED static pthread_t start_asleep(void *(*body)(void *), void *argument)
{
    struct sleeper sleeper = {body, argument, 0};
    pthread_t thread = start(run_sleeper, &sleeper);

    while (atomic_load(&sleeper.tid) == 0)
        sched_yield();
    await_asleep(atomic_load(&sleeper.tid));
    return thread;
}

UNUSED static void *join(pthread_t thread)
{
    void *result = NULL;

    REQUIRE(pthread_join(thread, &result) == 0);
    return result;
}

/* Waits, giving up the processor, until the flag holds `value`. */
UNUSED static void await(atomic_int *flag, int value)
{
    while (atomic_load(flag) != value)
        sched_yield();
}

UNUSED static int cpus_allowed(void)
{
    cpu_set_t set;

    REQUIRE(sched_getaffinity(0, sizeof(set), &set) == 0);
    return CPU_COUNT(&set);
}

/* Makes a fresh folder the working folder. */
UNUSED static void enter_scratch(void)
{
    static char path[256];
    const char *base = getenv("TEST_SCRATCH");

    snprintf(path, sizeof(path), "%s/test.XXXXXX", base ? base : "/tmp");
    REQUIRE(mkdtemp(path) != NULL);
    REQUIRE(chdir(path) == 0);
}

/* Creates or replaces a file with the given text. */
UNUSED static void make_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    REQUIRE(fd >= 0);
    REQUIRE(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    REQUIRE(close(fd) == 0);
}

/* Prints the file's bytes as one quoted line. */
UNUSED static void show_file(const char *path)
{
    char text[1024];
    int fd = open(path, O_RDONLY);

    REQUIRE(fd >= 0);
    ssize_t length = read(fd, text, sizeof(text) - 1);
    REQUIRE(length >= 0);
    REQUIRE(close(fd) == 0);
    printf("%s: \"%.*s\"\n", path, (int)length, text);
}

#endif
