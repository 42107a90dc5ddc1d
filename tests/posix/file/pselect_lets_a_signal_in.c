/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* pselect's mask holds only while it waits; the set's size must be right; the time stays. */
#include "check.h"
#include <sys/select.h>
#include <sys/syscall.h>

static atomic_int handled;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct timespec time = to_timespec(10 * MS), bad = {.tv_nsec = SEC};
    struct {
        const sigset_t *set;
        size_t size;
    } wrong = {NULL, 7};
    sigset_t blocked, open_mask;
    fd_set in;
    int ends[2];

    REQUIRE(pipe(ends) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
    sigemptyset(&open_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    CHECK(sigprocmask(SIG_BLOCK, &blocked, NULL) == 0);
    raise(SIGUSR1);
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    CHECK(pselect(ends[0] + 1, &in, NULL, NULL, &time, NULL) == 0 && handled == 0);
    CHECK(!FD_ISSET(ends[0], &in) && time.tv_nsec == 10 * MS);
    FD_SET(ends[0], &in);
    CHECK_ERRNO(pselect(ends[0] + 1, &in, NULL, NULL, NULL, &open_mask), EINTR);
    CHECK(handled == 1 && FD_ISSET(ends[0], &in));
    raise(SIGUSR1);
    CHECK(handled == 1);

    CHECK(write(ends[1], "x", 1) == 1);
    CHECK(pselect(ends[0] + 1, &in, NULL, NULL, NULL, &blocked) == 1 && FD_ISSET(ends[0], &in));
    CHECK_ERRNO(pselect(ends[0] + 1, &in, NULL, NULL, &bad, NULL), EINVAL);
    wrong.set = &open_mask;
    CHECK_ERRNO(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &time, &wrong), EINVAL);
    CHECK_ERRNO(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &time, 8L), EFAULT);
    FD_SET(ends[1] + 1, &in);
    CHECK_ERRNO(pselect(ends[1] + 2, &in, NULL, NULL, NULL, NULL), EBADF);
    return check_done();
}
