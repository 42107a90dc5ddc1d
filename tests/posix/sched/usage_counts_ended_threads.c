/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/*
 * The process has used what its ended threads used: switches, faults, times. Time in the
 * kernel is told apart from the program's own.
 */
#include "check.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/times.h>

#define PAGES 200

static long long ns(struct timeval t)
{
    return t.tv_sec * SEC + t.tv_usec * 1000LL;
}

static struct rusage usage_of(int who)
{
    struct rusage usage;

    REQUIRE(getrusage(who, &usage) == 0);
    return usage;
}

static void *nap(void *unused)
{
    (void)unused;
    struct timespec moment = {.tv_nsec = 100000};

    for (int i = 0; i < 100; i++)
        nanosleep(&moment, NULL);
    return NULL;
}

static void *touch(void *unused)
{
    (void)unused;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *area =
        mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(area != MAP_FAILED && madvise(area, PAGES * page, MADV_NOHUGEPAGE) == 0);
    for (size_t i = PAGES; i-- > 0;) /* in order, one fault may map several */
        area[i * page] = 1;
    REQUIRE(munmap(area, PAGES * page) == 0);
    return NULL;
}

static volatile unsigned long work;

static void *compute(void *unused)
{
    (void)unused;
    long long begin = now_ns(CLOCK_THREAD_CPUTIME_ID);

    while (now_ns(CLOCK_THREAD_CPUTIME_ID) - begin < 150 * MS)
        for (int i = 0; i < 100000; i++)
            work += (unsigned long)i;
    return NULL;
}

/* Calls whose work is the kernel's. */
static void *call(void *unused)
{
    (void)unused;
    static char zeros[1 << 20];
    long long begin = now_ns(CLOCK_THREAD_CPUTIME_ID);
    int fd = open("/dev/zero", O_RDONLY);

    REQUIRE(fd >= 0);
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) - begin < 150 * MS)
        REQUIRE(read(fd, zeros, sizeof(zeros)) == sizeof(zeros));
    REQUIRE(close(fd) == 0);
    return NULL;
}

static int tries;

/* What the thread uses is mostly the program's, or mostly the kernel's. Time goes on while the host
 * runs something else, whichever the virtual processor was in. */
static bool spends_in(bool kernel, void *(*body)(void *))
{
    for (int i = 0; i < TRIES; i++) {
        struct rusage before = usage_of(RUSAGE_SELF);
        join(start(body, NULL));
        struct rusage after = usage_of(RUSAGE_SELF);
        long long user = ns(after.ru_utime) - ns(before.ru_utime);
        long long system = ns(after.ru_stime) - ns(before.ru_stime);
        tries++;
        if (kernel ? system > 60 * MS && system > user : user > 60 * MS && user > system)
            return true;
    }
    return false;
}

int main(void)
{
    struct rusage before = usage_of(RUSAGE_SELF);
    join(start(nap, NULL));
    join(start(touch, NULL));
    struct rusage after = usage_of(RUSAGE_SELF);
    CHECK(after.ru_nvcsw - before.ru_nvcsw >= 100);
    CHECK(after.ru_minflt - before.ru_minflt >= PAGES);

    CHECK(spends_in(false, compute)); /* a slow kernel's clock is a part, too */
    CHECK(spends_in(true, call));

    struct tms tms;
    REQUIRE(times(&tms) != -1);
    long long tick = SEC / sysconf(_SC_CLK_TCK);
    CHECK(tms.tms_stime * tick > 60 * MS && tms.tms_utime * tick > 60 * MS);
    long long cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(cpu >= 300 * MS && cpu < tries * SEC);
    unsigned long minor = 0, utime = 0, stime = 0;
    FILE *stat = fopen("/proc/self/stat", "r");
    REQUIRE(stat != NULL);
    REQUIRE(fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %lu %*u %*u %*u %lu %lu", &minor,
                   &utime, &stime) == 3);
    CHECK(minor >= PAGES && (long long)utime * tick > 60 * MS && (long long)stime * tick > 60 * MS);
    fclose(stat);
    CHECK(usage_of(RUSAGE_THREAD).ru_nvcsw < 100);
    return check_done();
}
