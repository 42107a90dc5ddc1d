/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 files=virtiofs */
/* What each call that waits does when a signal comes, with and without SA_RESTART, when its thread
 * is cancelled, and when its descriptor is closed by another thread.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/timerfd.h>

static int ends[2], event, timer, locked, locker;
static char block[100000];

static long read_pipe(void)
{
    char c;
    return read(ends[0], &c, 1);
}

static long write_pipe(void)
{
    return write(ends[1], block, 4096);
}

static long read_event(void)
{
    uint64_t n;
    return read(event, &n, 8);
}

static long write_event(void)
{
    return write(event, &(uint64_t){UINT64_MAX - 1}, 8);
}

static long read_timer(void)
{
    uint64_t n;
    return read(timer, &n, 8);
}

static long open_fifo(void)
{
    int fd = open("fifo", O_RDONLY);
    return fd < 0 ? fd : close(fd);
}

static long wait_record(void)
{
    struct flock l = {.l_type = F_WRLCK};
    return fcntl(locker, F_SETLKW, &l);
}

static long wait_flock(void)
{
    return flock(locker, LOCK_EX);
}

static long poll_pipe(void)
{
    struct pollfd p = {ends[0], POLLIN, 0};
    return poll(&p, 1, 5000);
}

static void fill(void)
{
    REQUIRE(write(ends[1], block, 65536) == 65536);
}

static void drain(void)
{
    for (size_t done = 0; done < 65536;) {
        ssize_t n = read(ends[0], block, 65536 - done);
        REQUIRE(n > 0);
        done += (size_t)n;
    }
}

static void put_byte(void)
{
    REQUIRE(write(ends[1], "x", 1) == 1);
}

static void put_event(void)
{
    REQUIRE(eventfd_write(event, 1) == 0);
}

static void take_event(void)
{
    eventfd_t n;
    REQUIRE(eventfd_read(event, &n) == 0);
}

static void start_timer(void)
{
    struct itimerspec soon = {.it_value = {0, 1000}};
    REQUIRE(timerfd_settime(timer, 0, &soon, NULL) == 0);
}

static void meet(void)
{
    int fd = open("fifo", O_WRONLY);
    REQUIRE(fd >= 0 && close(fd) == 0);
}

static void lock_record(void)
{
    struct flock l = {.l_type = F_WRLCK};
    REQUIRE(fcntl(locked, F_OFD_SETLK, &l) == 0);
}

static void unlock_record(void)
{
    struct flock l = {.l_type = F_UNLCK};
    REQUIRE(fcntl(locked, F_OFD_SETLK, &l) == 0);
}

static void lock_file(void)
{
    REQUIRE(flock(locked, LOCK_EX) == 0);
}

static void unlock_file(void)
{
    REQUIRE(flock(locked, LOCK_UN) == 0);
}

/* before: so that the call waits; serve: ends its wait; after: undoes both. */
static const struct call {
    const char *name;
    long (*run)(void);
    void (*before)(void), (*serve)(void), (*after)(void);
} calls[] = {
    {"read pipe", read_pipe, NULL, put_byte, NULL},
    {"write pipe", write_pipe, fill, drain, NULL},
    {"read eventfd", read_event, NULL, put_event, NULL},
    {"write eventfd", write_event, put_event, take_event, take_event},
    {"read timerfd", read_timer, NULL, start_timer, NULL},
    {"open fifo", open_fifo, NULL, meet, NULL},
    {"record lock", wait_record, lock_record, unlock_record, NULL},
    {"flock", wait_flock, lock_file, unlock_file, NULL},
    {"poll", poll_pipe, NULL, put_byte, NULL},
};

static atomic_int handled;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *run(void *argument)
{
    const struct call *call = argument;
    long result = call->run();

    return (void *)(result < 0 ? (intptr_t)-errno : (intptr_t)result);
}

static pthread_t begin(const struct call *call)
{
    if (call->before)
        call->before();
    return start_asleep(run, (void *)(uintptr_t)call);
}

static void reset(void)
{
    char c[64];
    eventfd_t n;

    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    while (read(ends[0], block, sizeof(block)) > 0)
        ;
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFL, 0);
    fcntl(event, F_SETFL, O_NONBLOCK);
    while (eventfd_read(event, &n) == 0)
        ;
    fcntl(event, F_SETFL, 0);
    fcntl(timer, F_SETFL, O_NONBLOCK);
    while (read(timer, c, 8) > 0)
        ;
    fcntl(timer, F_SETFL, 0);
    struct flock l = {.l_type = F_UNLCK};
    fcntl(locked, F_OFD_SETLK, &l);
    fcntl(locker, F_SETLK, &l);
    flock(locked, LOCK_UN);
    flock(locker, LOCK_UN);
}

static void signalled(const struct call *call, int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    int before = atomic_load(&handled);
    pthread_t thread = begin(call);
    REQUIRE(pthread_kill(thread, SIGUSR1) == 0);
    while (atomic_load(&handled) == before)
        sleep_ms(1);
    sleep_ms(5);
    if (flags != 0 && call->run != poll_pipe)
        call->serve();
    printf("%s, %s: %ld\n", call->name, flags ? "restarted" : "interrupted", (long)join(thread));
    reset();
}

static void cancelled(const struct call *call)
{
    if (call->run == wait_flock)
        return; /* no cancellation point */
    pthread_t thread = begin(call);
    REQUIRE(pthread_cancel(thread) == 0);
    printf("%s: cancelled %d\n", call->name, join(thread) == PTHREAD_CANCELED);
    reset();
}

/* The call goes on with the open file that it has. */
static void closed_meanwhile(void)
{
    pthread_t thread = begin(&calls[0]);
    int writer = ends[1];
    REQUIRE(close(ends[0]) == 0);
    sleep_ms(10);
    CHECK(write(writer, "x", 1) == 1); /* there still is a reader */
    printf("read of a closed pipe: %ld\n", (long)join(thread));
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(writer, "x", 1), EPIPE);
    REQUIRE(close(writer) == 0 && pipe(ends) == 0);

    thread = begin(&calls[2]);
    int copy = dup(event);
    REQUIRE(close(event) == 0);
    REQUIRE(eventfd_write(copy, 5) == 0);
    printf("read of a closed eventfd: %ld\n", (long)join(thread));
    event = copy;
}

static atomic_int pipe_signals;

static void count_pipe_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&pipe_signals, 1);
}

static long write_much(void)
{
    return write(ends[1], block, sizeof(block));
}

/* What was written counts, whatever ends the call then. */
static void partly_written(void)
{
    static const struct call much = {"write much", write_much, NULL, NULL, NULL};
    struct sigaction action = {.sa_handler = count_pipe_signal};

    signalled(&much, 0);
    REQUIRE(sigaction(SIGPIPE, &action, NULL) == 0);
    pthread_t thread = begin(&much);
    REQUIRE(close(ends[0]) == 0);
    long written = (long)join(thread);
    printf("without a reader after a while: %ld, SIGPIPE %d times\n", written,
           atomic_load(&pipe_signals));
}

int main(void)
{
    enter_scratch();
    make_file("file", "");
    REQUIRE(mkfifo("fifo", 0600) == 0 && pipe(ends) == 0);
    event = eventfd(0, 0);
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    locked = open("file", O_RDWR);
    locker = open("file", O_RDWR);
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        signalled(&calls[i], 0);
        signalled(&calls[i], SA_RESTART);
        cancelled(&calls[i]);
    }
    closed_meanwhile();
    partly_written();
    return check_done();
}
