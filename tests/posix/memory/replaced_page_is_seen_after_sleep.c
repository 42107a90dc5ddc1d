/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 */
/* A thread that goes to sleep while another replaces a page it has just read sees the new page when
 * it wakes: its idle CPU kept no translation of the old one. The moment differs each round. */
#include "check.h"
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE   4096
#define ROUNDS 4000

static volatile int *page;
static atomic_int turn; /* 2n: the reader reads n; 2n + 1: it has, and sleeps */
static atomic_int wrong;
static unsigned cpus;

static void pin(unsigned cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu % cpus, &set);
    CHECK(sched_setaffinity(0, sizeof(set), &set) == 0);
}

static void spin(int loops)
{
    for (volatile int i = 0; i < loops; i++)
        ;
}

static void *reader(void *unused)
{
    pin(1);
    for (int n = 0; n < ROUNDS; n++) {
        while (atomic_load(&turn) != 2 * n)
            syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, 2 * n - 1, NULL);
        if (page[0] != n)
            atomic_fetch_add(&wrong, 1);
        atomic_store(&turn, 2 * n + 1);
        spin(n * 37 % 6000);
    }
    return unused;
}

/* Another page with `n` in it; the old one goes to `others`. Nothing else is unmapped meanwhile. */
static void replace(int n, int *others)
{
    CHECK(mmap((void *)page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
               -1, 0) == page);
    others[(size_t)n * PAGE / sizeof(int)] = -1;
    page[0] = n;
}

int main(void)
{
    pthread_t thread;
    /* The second page stays, and with it their page table. */
    page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int *others = mmap(NULL, (size_t)ROUNDS * PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(page != MAP_FAILED && others != MAP_FAILED);
    page[0] = page[PAGE / sizeof(int)] = 0;
    cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN); /* musl counts those that it may use */
    pin(0);
    REQUIRE(pthread_create(&thread, NULL, reader, NULL) == 0);
    for (int n = 0; n < ROUNDS - 1; n++) {
        for (int tries = 0; atomic_load(&turn) != 2 * n + 1; tries++)
            if (tries > 10000)
                sched_yield();
        replace(n + 1, others);
        atomic_store(&turn, 2 * n + 2);
        syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1);
    }
    pthread_join(thread, NULL);
    CHECK(wrong == 0);
    return check_done();
}
