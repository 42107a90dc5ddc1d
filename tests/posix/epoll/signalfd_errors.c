/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* What signalfd refuses; its read is interrupted by other signals and can be cancelled. */
#include "check.h"
#include <sys/signalfd.h>
#include <sys/syscall.h>

static int fd;
static atomic_int handled;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *interrupted(void *unused)
{
    struct signalfd_siginfo info;

    CHECK_ERRNO(read(fd, &info, sizeof(info)), EINTR);
    return unused;
}

static void *cancelled(void *unused)
{
    struct signalfd_siginfo info;

    if (read(fd, &info, sizeof(info)) > 0)
        puts("not expected");
    return unused;
}

int main(void)
{
    uint64_t mask = 1 << (SIGUSR1 - 1) | 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);
    struct sigaction action = {.sa_handler = on_signal};
    int ends[2];

    REQUIRE(pipe(ends) == 0 && sigaction(SIGUSR2, &action, NULL) == 0);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, &mask, 4, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, (void *)8, 8, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_signalfd4, -1, &mask, 8, 1), EINVAL);
    CHECK_ERRNO(syscall(SYS_signalfd4, -2, &mask, 8, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_signalfd4, 99, &mask, 8, 0), EBADF);
    CHECK_ERRNO(syscall(SYS_signalfd4, ends[0], &mask, 8, 0), EINVAL);
    fd = (int)syscall(SYS_signalfd, -1, &mask, 8);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == 0 && fcntl(fd, F_GETFL) == O_RDWR);
    CHECK(syscall(SYS_signalfd4, fd, &mask, 8, SFD_NONBLOCK) == fd);
    CHECK(fcntl(fd, F_GETFL) == O_RDWR); /* the flags are of new files */
    pthread_t thread = start_asleep(interrupted, NULL);
    CHECK(pthread_kill(thread, SIGUSR2) == 0);
    join(thread);
    CHECK(atomic_load(&handled) == 1);
    thread = start_asleep(cancelled, NULL);
    CHECK(pthread_cancel(thread) == 0 && join(thread) == PTHREAD_CANCELED);
    return check_done();
}
