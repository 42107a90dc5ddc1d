/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mimalloc's settings, messages, statistics and clock for Hermit: what upstream has in options.c
 * and stats.c. The settings are constants, so that code for unused settings is not in the image
 * and no environment is searched at start-up. There are no messages and no statistics.
 */
#ifndef HERMIT_MIMALLOC_SETTINGS_H
#define HERMIT_MIMALLOC_SETTINGS_H

#include <errno.h>
#include <time.h>

/*
 * Settings other than 0. Memory is allocated when it is first touched, so segments are mapped
 * readable and writable as a whole: no later mprotect, no split mapping. Freed memory goes back to
 * the kernel after a delay.
 */
static inline long setting(mi_option_t option)
{
    switch (option) {
    case mi_option_eager_commit:
    case mi_option_allow_decommit:
        return 1;
    case mi_option_reserve_huge_os_pages_at:
        return -1;
    case mi_option_use_numa_nodes: /* the kernel has one memory node */
        return 1;
    case mi_option_max_segment_reclaim:
        return 8;
    case mi_option_decommit_delay: /* milliseconds */
        return 25;
    case mi_option_decommit_extend_delay:
        return 1;
    case mi_option_segment_decommit_delay:
        return 500;
    default:
        return 0;
    }
}

static inline long setting_clamped(mi_option_t option, long least, long most)
{
    long value = setting(option);

    return value < least ? least : value > most ? most : value;
}

#define mi_option_get(option)                    setting(option)
#define mi_option_get_clamp(option, least, most) setting_clamped(option, least, most)
#define mi_option_is_enabled(option)             (setting(option) != 0)

#define _mi_verbose_message(...) ((void)0)
#define _mi_warning_message(...) ((void)0)
#define _mi_trace_message(...)   ((void)0)
#define _mi_fputs(...)           ((void)0)
#define _mi_options_init()       ((void)0)

/* Upstream prints errors; malloc(3) sets errno. Misuse of free() is not reported. */
void _mi_error_message(int error, const char *format, ...)
{
    (void)format;
    if (error == ENOMEM || error == EOVERFLOW)
        errno = ENOMEM;
}

#define _mi_stat_increase(stat, amount)         ((void)(stat))
#define _mi_stat_decrease(stat, amount)         ((void)(stat))
#define _mi_stat_counter_increase(stat, amount) ((void)(stat))
#define _mi_stats_done(stats)                   ((void)(stats))
#define mi_stats_reset()                        ((void)0)
#define mi_stats_print(out)                     ((void)(out))

/* In milliseconds, from any origin. */
static inline mi_msecs_t mi_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (mi_msecs_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#define _mi_clock_now()      mi_now()
#define _mi_clock_start()    mi_now()
#define _mi_clock_end(start) (mi_now() - (start))

#endif
