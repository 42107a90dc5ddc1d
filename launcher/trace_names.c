/* SPDX-License-Identifier: BSD-3-Clause */
/* Names for numbers; constants are the host's, whose kernel has the same ABI. Pure functions. */
#include "trace_names.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_DETACHED
#define CLONE_DETACHED 0x00400000
#endif

#define SET(id, unknown)   static const struct trace_name list_##id[] = {
#define VALUE(name, value) {#name, (uint32_t)(value)},
#define NAME(constant)     {#constant, (uint32_t)(constant)},
#define ZERO(constant)     {#constant, 0},
#define END                {NULL, 0}}                                                              \
    ;
#include "trace_flags.def"
#undef SET
#undef VALUE
#undef NAME
#undef ZERO
#undef END

#define SET(id, unknown) const struct trace_names names_##id = {unknown, list_##id};
#define NAME(constant)
#define ZERO(constant)
#define VALUE(name, value)
#define END
#include "trace_flags.def"

const char *names_find(const struct trace_names *names, uint64_t value)
{
    for (const struct trace_name *n = names->names; n->name != NULL; n++) {
        if (n->value == value) {
            return n->name;
        }
    }
    return NULL;
}

static void print_unknown(FILE *out, const struct trace_names *names, uint64_t value)
{
    fprintf(out, "%#llx", (unsigned long long)value);
    if (names->unknown[0] != '\0') {
        fprintf(out, " /* %s */", names->unknown);
    }
}

void names_print_value(FILE *out, const struct trace_names *names, uint64_t value)
{
    const char *name = names_find(names, value);
    if (name != NULL) {
        fputs(name, out);
    } else {
        print_unknown(out, names, value);
    }
}

void names_print_flags(FILE *out, const char *first, const struct trace_names *names,
                       uint64_t value)
{
    const char *between = "";
    if (first != NULL) {
        fputs(first, out);
        between = "|";
    }
    if (value == 0) {
        const char *zero = names_find(names, 0);
        fputs(first != NULL ? "" : zero != NULL ? zero : "0", out);
        return;
    }
    for (const struct trace_name *n = names->names; n->name != NULL; n++) {
        if (n->value != 0 && (value & n->value) == n->value) {
            fprintf(out, "%s%s", between, n->name);
            between = "|";
            value &= ~n->value;
        }
    }
    if (value != 0 && between[0] != '\0') {
        fprintf(out, "|%#llx", (unsigned long long)value);
    } else if (value != 0) {
        print_unknown(out, names, value);
    }
}

enum { FIRST_RT = 32 }; /* the kernel's SIGRTMIN; two of its signals are the C library's */

static void print_short_signal(FILE *out, int number)
{
    const char *name = number > 0 && number < FIRST_RT ? sigabbrev_np(number) : NULL;
    if (name != NULL) {
        fputs(name, out);
    } else if (number == FIRST_RT) {
        fputs("RTMIN", out);
    } else {
        fprintf(out, "RT_%d", number - FIRST_RT);
    }
}

void names_print_signal(FILE *out, int number)
{
    if (number < 1 || number > 64) {
        fprintf(out, "%d", number);
        return;
    }
    fputs("SIG", out);
    print_short_signal(out, number);
}

void names_print_sigset(FILE *out, uint64_t set)
{
    bool most = __builtin_popcountll(set) >= 43; /* as strace decides */
    const char *between = "";
    fputs(most ? "~[" : "[", out);
    set = most ? ~set : set;
    for (int number = 1; number <= 64; number++) {
        if (set >> (number - 1) & 1) {
            fputs(between, out);
            print_short_signal(out, number);
            between = " ";
        }
    }
    fputc(']', out);
}
