/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 timeout=120 */
/* One long call does not keep its core from another thread, and a signal ends long reads. */
#include "check.h"
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/time.h>

#define SIZE (64L << 20)

static atomic_int stop, rounds;
static char *memory;
static int fd;

static void *tick(void *unused)
{
    while (!atomic_load(&stop)) {
        usleep(200);
        atomic_fetch_add(&rounds, 1);
    }
    return unused;
}

/* Checks that the other thread runs during the call, which is repeated, prepared anew, until it is
 * much longer than that one's nap. One turn just before the call and one just after are nothing. */
static void gives_way(const char *name, void (*prepare)(void), void (*call)(void))
{
    for (int i = 0; i < 50; i++) {
        prepare();
        int before = atomic_load(&rounds);

        call();
        if (atomic_load(&rounds) - before >= 5)
            return;
    }
    printf("%s: keeps the core\n", name);
}

static void nothing(void)
{
}

static void write_all(void)
{
    REQUIRE(pwrite(fd, memory, SIZE, 0) == SIZE);
}

static void read_all(void)
{
    REQUIRE(pread(fd, memory, SIZE, 0) == SIZE);
}

static void cut(void)
{
    REQUIRE(ftruncate(fd, 0) == 0);
}

static void allocate(void)
{
    REQUIRE(posix_fallocate(fd, 0, SIZE) == 0);
}

static void send(void)
{
    static int sink;

    if (sink == 0)
        sink = open("/dev/null", O_WRONLY);
    lseek(fd, 0, SEEK_SET);
    REQUIRE(sendfile(sink, fd, NULL, SIZE) == SIZE);
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
    memory = calloc(1, SIZE);
    REQUIRE(memory != NULL);
    memset(memory, 1, SIZE);
    fd = memfd_create("file", 0);
    pthread_t other = start(tick, NULL);
    gives_way("write", nothing, write_all);
    gives_way("read", nothing, read_all);
    gives_way("sendfile", nothing, send);
    gives_way("truncate", write_all, cut);
    gives_way("fallocate", cut, allocate);
    atomic_store(&stop, 1);
    join(other);
    struct sigaction action = {.sa_handler = ring};
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    read_until_signal("/dev/urandom");
    CHECK(ftruncate(fd, 0) == 0);
    return check_done();
}
