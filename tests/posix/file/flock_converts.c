/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 files=virtiofs */
/* flock(): shared and exclusive, conversion gives the old lock up first, waiting ends by a signal,
 * the last close unlocks; directories and FIFOs have locks, too.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"
#include <sys/file.h>

static int a, b;

static void *make_exclusive(void *descriptor)
{
    return (void *)(intptr_t)flock((int)(intptr_t)descriptor, LOCK_EX);
}

/* Both hold it shared and both want it alone: one after the other gets it. */
static void two_upgrades(void)
{
    CHECK(flock(a, LOCK_SH) == 0 && flock(b, LOCK_SH) == 0);
    CHECK_ERRNO(flock(a, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    CHECK(flock(b, LOCK_EX | LOCK_NB) == 0); /* that attempt has cost a its lock */
    CHECK(flock(b, LOCK_SH) == 0 && flock(a, LOCK_SH) == 0);
    pthread_t thread = start_asleep(make_exclusive, (void *)(intptr_t)a);
    CHECK(flock(b, LOCK_EX) == 0 || errno == EINTR);
    CHECK(flock(b, LOCK_UN) == 0);
    CHECK(join(thread) == NULL);
    CHECK_ERRNO(flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    CHECK(flock(a, LOCK_UN) == 0);
    CHECK(flock(a, LOCK_UN) == 0);
}

static void on_signal(int signal)
{
    (void)signal;
}

static void *wait_in_vain(void *descriptor)
{
    return (void *)(intptr_t)(flock((int)(intptr_t)descriptor, LOCK_EX) == 0 ? 0 : errno);
}

static void interrupted(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(flock(a, LOCK_EX) == 0);
    pthread_t thread = start_asleep(wait_in_vain, (void *)(intptr_t)b);
    REQUIRE(pthread_kill(thread, SIGUSR1) == 0);
    CHECK((intptr_t)join(thread) == EINTR);
    /* The last close of the open file unlocks, not the first. */
    int copy = dup(a);
    REQUIRE(close(a) == 0);
    CHECK_ERRNO(flock(b, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    thread = start_asleep(wait_in_vain, (void *)(intptr_t)b);
    REQUIRE(close(copy) == 0);
    CHECK(join(thread) == NULL);
}

static void of_any_file(const char *path, int flags)
{
    int one = open(path, flags), two = open(path, flags);

    REQUIRE(one >= 0 && two >= 0);
    CHECK(flock(one, LOCK_EX) == 0);
    CHECK_ERRNO(flock(two, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    REQUIRE(close(one) == 0);
    CHECK(flock(two, LOCK_SH | LOCK_NB) == 0);
    REQUIRE(close(two) == 0);
}

int main(void)
{
    enter_scratch();
    make_file("file", "");
    a = open("file", O_RDONLY);
    b = open("file", O_WRONLY);
    two_upgrades();
    interrupted();
    REQUIRE(mkfifo("fifo", 0600) == 0);
    of_any_file(".", O_RDONLY);
    of_any_file("fifo", O_RDWR);
    CHECK_ERRNO(flock(b, 0), EINVAL);
    CHECK_ERRNO(flock(b, LOCK_SH | LOCK_EX), EINVAL);
    CHECK_ERRNO(flock(-1, LOCK_SH), EBADF);
    return check_done();
}
