/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Facts about the host. Owns the first reading of the time-stamp counter; one thread, no locks.
 */
#include "host.h"

#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Long enough for 5 ppm with readings accurate to 50 ns. */
#define TSC_SPAN_NS 10000000ULL

struct reading {
    uint64_t tsc;
    uint64_t ns;
};

static struct reading first_reading;

uint64_t host_stack_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0) {
        return 0;
    }
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

bool cpuinfo_has_flag(const char *line, const char *flag)
{
    size_t length = strlen(flag);
    for (const char *p = strstr(line, flag); p != NULL; p = strstr(p + 1, flag)) {
        bool starts = p > line && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == ':');
        bool ends = p[length] == ' ' || p[length] == '\n' || p[length] == '\0';
        if (starts && ends) {
            return true;
        }
    }
    return false;
}

/* True if the processor has any of the given flags. */
static bool cpu_has_any(const char *const *flags)
{
    static char line[16384]; /* static, as the stack may be small */
    bool found = false;
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (file == NULL) {
        return false;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "flags", 5) == 0) {
            for (; *flags != NULL; flags++) {
                found = found || cpuinfo_has_flag(line, *flags);
            }
            break;
        }
    }
    fclose(file);
    return found;
}

const char *host_lacks_kvm(void)
{
    static const char *const flags[] = {"svm", "vmx", NULL};
    static char reason[128];
    if (!cpu_has_any(flags)) {
        return "the processor has neither svm nor vmx (/proc/cpuinfo)";
    }
    int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        snprintf(reason, sizeof(reason), "/dev/kvm cannot be opened: %s", strerror(errno));
        return reason;
    }
    close(fd);
    return NULL;
}

unsigned host_cpus(void)
{
    long count = 0;
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
        count = CPU_COUNT(&allowed);
    } else {
        count = sysconf(_SC_NPROCESSORS_ONLN); /* more CPUs than a cpu_set_t can hold */
    }
    return count > 0 ? (unsigned)count : 1;
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

uint64_t wall_clock_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

uint64_t monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t monotonic_ms(void)
{
    return monotonic_ns() / 1000000;
}

#if defined(__x86_64__)

/* Returns the attempt with the shortest span, to discard those that were interrupted. */
static struct reading take_reading(void)
{
    struct reading best = {0, 0};
    uint64_t best_span = UINT64_MAX;
    for (int i = 0; i < 8; i++) {
        uint64_t before = __builtin_ia32_rdtsc();
        uint64_t ns = clock_ns(CLOCK_MONOTONIC);
        uint64_t span = __builtin_ia32_rdtsc() - before;
        if (span < best_span) {
            best_span = span;
            best = (struct reading){before + span / 2, ns};
        }
    }
    return best;
}

void tsc_measure_start(void)
{
    first_reading = take_reading();
}

uint64_t tsc_measure_end(void)
{
    static const char *const flags[] = {"constant_tsc", "nonstop_tsc", NULL};
    if (first_reading.ns == 0 || !cpu_has_any(flags)) {
        return 0;
    }
    uint64_t elapsed = clock_ns(CLOCK_MONOTONIC) - first_reading.ns;
    if (elapsed < TSC_SPAN_NS) {
        struct timespec rest = {0, (long)(TSC_SPAN_NS - elapsed)};
        nanosleep(&rest, NULL);
    }
    struct reading last = take_reading();
    return (uint64_t)((double)(last.tsc - first_reading.tsc) * 1e9 /
                      (double)(last.ns - first_reading.ns));
}

#else

void tsc_measure_start(void)
{
}

uint64_t tsc_measure_end(void)
{
    return 0;
}

#endif

int host_random(void *seed, size_t size)
{
    ssize_t n = getrandom(seed, size, 0);
    if (n != (ssize_t)size) {
        return fail("no random bytes: %s", strerror(errno));
    }
    return 0;
}

static bool is_program(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* In the folders of PATH; malloc. NULL: not there. */
static char *search_path(const char *name)
{
    char candidate[4096];
    const char *path = getenv("PATH");
    if (path == NULL) {
        path = "/usr/local/bin:/usr/bin:/bin";
    }
    while (*path != '\0') {
        size_t length = strcspn(path, ":");
        int n = snprintf(candidate, sizeof(candidate), "%.*s%s%s", (int)length, path,
                         length != 0 ? "/" : "", name);
        if (n > 0 && (size_t)n < sizeof(candidate) && is_program(candidate)) {
            return strdup(candidate);
        }
        path += length + (path[length] == ':');
    }
    return NULL;
}

char *host_find_program(const char *name)
{
    if (strchr(name, '/') == NULL) {
        return search_path(name);
    }
    return is_program(name) ? strdup(name) : NULL;
}
