/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* The clocks that exist answer with sane resolutions, others are EINVAL. */
#include "check.h"

static void look(const char *name, clockid_t clock)
{
    struct timespec now, resolution;
    bool read = clock_gettime(clock, &now) == 0, fine = false;

    if (clock_getres(clock, &resolution) == 0)
        fine = resolution.tv_sec == 0 && resolution.tv_nsec >= 1 && resolution.tv_nsec <= 10 * MS;
    printf("%s: read %d, resolution %d\n", name, read, fine);
    CHECK(!read || (now.tv_nsec >= 0 && now.tv_nsec < SEC));
}

int main(void)
{
    look("realtime", CLOCK_REALTIME);
    look("monotonic", CLOCK_MONOTONIC);
    look("process", CLOCK_PROCESS_CPUTIME_ID);
    look("thread", CLOCK_THREAD_CPUTIME_ID);
    look("monotonic raw", CLOCK_MONOTONIC_RAW);
    look("realtime coarse", CLOCK_REALTIME_COARSE);
    look("monotonic coarse", CLOCK_MONOTONIC_COARSE);
    look("boottime", CLOCK_BOOTTIME);
    look("unknown", 77);
    CHECK_ERRNO(clock_gettime(77, &(struct timespec){0}), EINVAL);
    CHECK_ERRNO(clock_getres(77, &(struct timespec){0}), EINVAL);
    CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &(struct timespec){0}), EINVAL);
    return check_done();
}
