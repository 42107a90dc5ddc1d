/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of one thread that return at once. */
#include "bench.h"
#include "syscalls.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum { TURNS = 1000 };

static void identity(void)
{
    pid_t parent = getppid();
    uint64_t sum = 0;
    BENCH_EACH("getppid", TURNS, sum += (uint64_t)getppid());
    BENCH_CHECK(sum == (uint64_t)parent * TURNS * (BENCH_BATCHES + 1));
    sum = 0;
    BENCH_EACH("syscall_getppid", TURNS, sum += (uint64_t)syscall(SYS_getppid));
    BENCH_CHECK(sum == (uint64_t)parent * TURNS * (BENCH_BATCHES + 1));
}

static void clocks(void)
{
    struct timespec before, now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &before);
    BENCH_EACH("clock_gettime", TURNS, failed |= clock_gettime(CLOCK_MONOTONIC, &now));
    BENCH_CHECK(failed == 0);
    BENCH_CHECK(now.tv_sec > before.tv_sec ||
                (now.tv_sec == before.tv_sec && now.tv_nsec > before.tv_nsec));
}

static void futexes(void)
{
    static uint32_t word = 7;
    long sum = 0;
    BENCH_EACH("futex_wake_none", TURNS,
               sum |= syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
    BENCH_CHECK(sum == 0);
    unsigned refused = 0;
    BENCH_EACH("futex_wait_changed", TURNS,
               refused += syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 8, NULL, NULL, 0) == -1);
    BENCH_CHECK(refused == TURNS * (BENCH_BATCHES + 1) && errno == EAGAIN);
}

static void transfer(const char *row_read, const char *row_write, const char *path, ssize_t got)
{
    int fd = open(path, O_RDWR);
    BENCH_CHECK(fd >= 0);
    char byte = 'x';
    ssize_t sum = 0;
    BENCH_EACH(row_read, TURNS, sum += read(fd, &byte, 1));
    BENCH_CHECK(sum == got * TURNS * (BENCH_BATCHES + 1));
    BENCH_CHECK(byte == (got ? '\0' : 'x'));
    sum = 0;
    BENCH_EACH(row_write, TURNS, sum += write(fd, &byte, 1));
    BENCH_CHECK(sum == TURNS * (BENCH_BATCHES + 1));
    close(fd);
}

/* A byte goes in and comes out; nobody waits. */
static void transfer_pipe(void)
{
    int ends[2];
    BENCH_CHECK(pipe(ends) == 0);
    char in = 'p', out = 0;
    ssize_t sum = 0;
    BENCH_EACH("pipe_write_read", TURNS, {
        sum += write(ends[1], &in, 1);
        sum += read(ends[0], &out, 1);
    });
    BENCH_CHECK(sum == 2 * TURNS * (BENCH_BATCHES + 1) && out == 'p');
    close(ends[0]);
    close(ends[1]);
}

static void events(void)
{
    int fd = eventfd(0, 0);
    if (fd < 0) {
        bench_skip("eventfd_write_read", strerror(errno));
        return;
    }
    uint64_t one = 1, got = 0, total = 0;
    BENCH_EACH("eventfd_write_read", TURNS, {
        if (write(fd, &one, sizeof(one)) == sizeof(one) &&
            read(fd, &got, sizeof(got)) == sizeof(got))
            total += got;
    });
    BENCH_CHECK(total == TURNS * (BENCH_BATCHES + 1));
    close(fd);
}

/* A byte is written to a pipe, told by a set that watches it and others, and read. */
static void epoll_events(const char *row, int others)
{
    int ends[2], set = epoll_create1(0);
    if (set < 0) {
        bench_skip(row, strerror(errno));
        return;
    }
    BENCH_CHECK(pipe(ends) == 0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[0]};
    BENCH_CHECK(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    for (int i = 0; i < others; i++) {
        int fd = eventfd(0, 0);
        BENCH_CHECK(fd == ends[1] + 1 + i && epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
    }
    char byte = 'e';
    unsigned right = 0;
    BENCH_EACH(row, TURNS, {
        right += write(ends[1], &byte, 1) == 1 && epoll_wait(set, &event, 1, -1) == 1 &&
                 read(ends[0], &byte, 1) == 1;
    });
    BENCH_CHECK(right == TURNS * (BENCH_BATCHES + 1));
    for (int fd = set; fd <= ends[1] + others; fd++)
        close(fd);
}

/* A byte goes to the other end of a pair, and another one comes back; nobody waits. */
static void local_sockets(const char *row, int type)
{
    int pair[2];
    if (socketpair(AF_UNIX, type, 0, pair) != 0) {
        bench_skip(row, strerror(errno));
        return;
    }
    char byte = 's';
    unsigned right = 0;
    BENCH_EACH(row, TURNS, {
        right += write(pair[0], &byte, 1) == 1 && read(pair[1], &byte, 1) == 1 &&
                 write(pair[1], &byte, 1) == 1 && read(pair[0], &byte, 1) == 1;
    });
    BENCH_CHECK(right == TURNS * (BENCH_BATCHES + 1));
    close(pair[0]);
    close(pair[1]);
}

void plain_calls(void)
{
    identity();
    clocks();
    int failed = 0;
    BENCH_EACH("sched_yield_alone", TURNS, failed |= sched_yield());
    BENCH_CHECK(failed == 0);
    futexes();
    ssize_t sum = 0;
    BENCH_EACH("write_stdout_0", TURNS, sum |= write(STDOUT_FILENO, "", 0));
    BENCH_CHECK(sum == 0);
    transfer("dev_zero_read", "dev_zero_write", "/dev/zero", 1);
    transfer("dev_null_read", "dev_null_write", "/dev/null", 0);
    transfer_pipe();
    events();
    epoll_events("epoll_1", 0);
    epoll_events("epoll_1000", 999);
    local_sockets("local_stream_round_trip", SOCK_STREAM);
    local_sockets("local_dgram_round_trip", SOCK_DGRAM);
}

static volatile unsigned handled;

static void on_signal(int signal)
{
    (void)signal;
    handled++;
}

/* Arming and disarming; it never goes off. */
static void timers(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
        bench_skip("timer_arm_disarm", errno == ENOSYS ? "ENOSYS" : strerror(errno));
        return;
    }
    struct itimerspec far = {.it_value = {.tv_sec = 3600}}, off = {0};
    int failed = 0;
    BENCH_EACH("timer_arm_disarm", TURNS, {
        failed |= timer_settime(timer, 0, &far, NULL);
        failed |= timer_settime(timer, 0, &off, NULL);
    });
    BENCH_CHECK(failed == 0 && timer_delete(timer) == 0);
}

void signal_calls(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    BENCH_CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    int failed = 0;
    pid_t process = getpid();
    pid_t thread = (pid_t)syscall(SYS_gettid);
    BENCH_EACH("signal_self", TURNS, failed |= (int)syscall(SYS_tgkill, process, thread, SIGUSR1));
    BENCH_CHECK(failed == 0 && handled == TURNS * (BENCH_BATCHES + 1));
    handled = 0;
    BENCH_EACH("raise", TURNS, failed |= raise(SIGUSR1));
    BENCH_CHECK(failed == 0 && handled == TURNS * (BENCH_BATCHES + 1));
    timers();
}
