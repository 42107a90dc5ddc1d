/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 timeout=120 */
/* One long call does not keep its core from another thread, and a signal ends long reads. */
#include "check.h"
#include <sys/time.h>

#define SIZE (64L << 20)

static atomic_int stop, rounds;
static char *memory;
static int fd;

static void *tick(void *unused)
{
    while (!atomic_load(&stop)) {
        sleep_ms(1);
        atomic_fetch_add(&rounds, 1);
    }
    return unused;
}

/* True if the other thread ran during one of some calls, each much longer than its nap. */
static bool gives_way(ssize_t (*call)(int, void *, size_t, off_t))
{
    for (int i = 0; i < 200; i++) {
        int before = atomic_load(&rounds);

        REQUIRE(call(fd, memory, SIZE, 0) == SIZE);
        if (atomic_load(&rounds) - before >= 2)
            return true;
    }
    return false;
}

static ssize_t write_at(int file, void *bytes, size_t size, off_t at)
{
    return pwrite(file, bytes, size, at);
}

static void ring(int sig)
{
    (void)sig;
}

static void read_until_signal(const char *path)
{
    struct itimerval often = {{0, 5000}, {0, 5000}}, never = {0};
    int device = open(path, O_RDONLY);
    ssize_t n = 0;

    REQUIRE(device >= 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
    n = read(device, memory, SIZE);
    printf("%s: %s\n", path, n > 0 && n < SIZE ? "cut short" : "not cut short");
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    close(device);
}

int main(void)
{
    enter_scratch();
    memory = calloc(1, SIZE);
    REQUIRE(memory != NULL);
    memset(memory, 1, SIZE);
    fd = open("file", O_RDWR | O_CREAT, 0600);
    pthread_t other = start(tick, NULL);
    CHECK(gives_way(write_at));
    CHECK(gives_way(pread));
    atomic_store(&stop, 1);
    join(other);
    struct sigaction action = {.sa_handler = ring};
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    read_until_signal("/dev/urandom");
    CHECK(ftruncate(fd, 0) == 0 && unlink("file") == 0);
    return check_done();
}
