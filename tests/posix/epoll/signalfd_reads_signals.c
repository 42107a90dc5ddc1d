/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Blocked signals are read from a signalfd, with who sent them and what they carry. */
#include "epoll.h"
#include <poll.h>
#include <sys/signalfd.h>

static int fd;

static void show(const struct signalfd_siginfo *info)
{
    const char *sender = (pid_t)info->ssi_pid == getpid() ? "this process" : "nobody";

    printf("signal %u code %d int %d from %s\n", info->ssi_signo, info->ssi_code, info->ssi_int,
           sender);
}

static void *reader(void *unused)
{
    struct signalfd_siginfo info;

    CHECK(read(fd, &info, sizeof(info)) == sizeof(info));
    show(&info);
    return unused;
}

static void *epoll_waiter(void *unused)
{
    struct epoll_event event;
    int set = new_set();

    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    CHECK(epoll_wait(set, &event, 1, -1) == 1);
    printf("ready: %#x\n", event.events);
    return unused;
}

int main(void)
{
    struct signalfd_siginfo info[4];
    struct pollfd pfd;
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGRTMIN + 2);
    sigaddset(&mask, SIGALRM);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &mask, NULL) == 0);
    fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    REQUIRE(fd >= 0);
    CHECK_ERRNO(read(fd, info, sizeof(info)), EAGAIN);
    pfd = (struct pollfd){.fd = fd, .events = POLLIN | POLLOUT | POLLRDNORM};
    CHECK(poll(&pfd, 1, 0) == 0);
    raise(SIGUSR2);
    CHECK(poll(&pfd, 1, 0) == 1);
    printf("poll: %#x\n", pfd.revents);
    CHECK(read(fd, info, sizeof(info)) == sizeof(info[0]));
    show(info);
    CHECK(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0);
    CHECK(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 1234}) == 0);
    CHECK(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 1235}) == 0);
    CHECK(read(fd, info, 2 * sizeof(info[0]) + 5) == 2 * sizeof(info[0]));
    show(&info[0]);
    show(&info[1]);
    CHECK(read(fd, info, sizeof(info)) == sizeof(info[0]));
    show(info);
    CHECK_ERRNO(read(fd, info, sizeof(info[0]) - 1), EINVAL);
    CHECK_ERRNO(write(fd, info, sizeof(info[0])), EINVAL);

    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    event.sigev_value.sival_int = 77;
    struct itimerspec soon = {.it_value.tv_nsec = MS};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
    CHECK(poll(&pfd, 1, -1) == 1 && read(fd, info, sizeof(info)) == sizeof(info[0]));
    printf("timer: signal %u code %d int %d overrun %u\n", info[0].ssi_signo, info[0].ssi_code,
           info[0].ssi_int, info[0].ssi_overrun);

    /* Another mask; a wait by another thread; a signal for another thread is not seen. */
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    CHECK(signalfd(fd, &mask, 0) == fd);
    raise(SIGUSR2);
    pthread_t thread = start(epoll_waiter, NULL);
    sleep_ms(10);
    CHECK(kill(getpid(), SIGUSR2) == 0); /* for all */
    join(thread);
    CHECK(read(fd, info, sizeof(info)) == 2 * sizeof(info[0]));
    CHECK(fcntl(fd, F_SETFL, 0) == 0);
    thread = start_asleep(reader, NULL);
    CHECK(kill(getpid(), SIGUSR2) == 0);
    join(thread);
    thread = start_asleep(reader, NULL);
    CHECK(pthread_kill(thread, SIGUSR2) == 0);
    join(thread);
    return check_done();
}
