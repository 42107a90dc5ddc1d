/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls of which one argument says what the others mean, and whether they mean anything: clone,
 * prctl, futex, fcntl, ioctl. Pure functions but for the memory's reader.
 */
#include "trace_printers.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* clone names its arguments; the lowest byte of the flags is a signal. */
void print_clone_flags(FILE *out, const struct trace_call *call, unsigned n)
{
    fputs("flags=", out);
    names_print_flags(out, NULL, &names_clone, call->args[n] & ~0xffULL);
    if ((call->args[n] & 0xff) != 0) {
        fputc('|', out);
        names_print_signal(out, (int)(call->args[n] & 0xff));
    }
}

static void put_named_pointer(FILE *out, const char *name, uint64_t address)
{
    fprintf(out, "%s=", name);
    put_pointer(out, address);
}

void print_clone_stack(FILE *out, const struct trace_call *call, unsigned n)
{
    put_named_pointer(out, "child_stack", call->args[n]);
}

void print_clone_parent_tid(FILE *out, const struct trace_call *call, unsigned n)
{
    fputs("parent_tid=", out);
    if ((call->args[0] & CLONE_PARENT_SETTID) != 0) {
        print_int_pointed(out, call, n);
    } else {
        put_pointer(out, call->args[n]);
    }
}

void print_clone_child_tid(FILE *out, const struct trace_call *call, unsigned n)
{
    put_named_pointer(out, "child_tidptr", call->args[n]);
}

void print_clone_tls(FILE *out, const struct trace_call *call, unsigned n)
{
    put_named_pointer(out, "tls", call->args[n]);
}

void print_prctl_argument(FILE *out, const struct trace_call *call, unsigned n)
{
    switch (low(call, 0)) {
    case PR_SET_NAME:
        put_string(out, call, call->args[n]);
        break;
    case PR_SET_PDEATHSIG:
        print_signal(out, call, n);
        break;
    default:
        print_hex(out, call, n);
        break;
    }
}

static unsigned futex_command(const struct trace_call *call)
{
    return low(call, 1) & (unsigned)FUTEX_CMD_MASK;
}

void print_futex_operation(FILE *out, const struct trace_call *call, unsigned n)
{
    names_print_value(out, &names_futex, futex_command(call));
    fputs((low(call, n) & FUTEX_PRIVATE_FLAG) != 0 ? "_PRIVATE" : "", out);
    fputs((low(call, n) & FUTEX_CLOCK_REALTIME) != 0 ? "|FUTEX_CLOCK_REALTIME" : "", out);
}

/* A time for those that wait, a count for those that move waiters. */
void print_futex_timeout(FILE *out, const struct trace_call *call, unsigned n)
{
    switch (futex_command(call)) {
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_CMP_REQUEUE_PI:
    case FUTEX_WAKE_OP:
        print_unsigned(out, call, n);
        break;
    case FUTEX_WAKE_BITSET:
        print_pointer(out, call, n);
        break;
    default:
        print_timespec(out, call, n);
        break;
    }
}

void print_futex_last(FILE *out, const struct trace_call *call, unsigned n)
{
    unsigned command = futex_command(call);
    bool bits = command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET;
    if (bits && low(call, n) == FUTEX_BITSET_MATCH_ANY) {
        fputs("FUTEX_BITSET_MATCH_ANY", out);
    } else {
        fprintf(out, bits ? "%#x" : "%u", low(call, n));
    }
}

static void put_file_lock(FILE *out, const struct trace_call *call, unsigned n, bool filled)
{
    struct flock lock;
    if (filled ? !load_argument(out, call, n, &lock, sizeof(lock))
               : !load(out, call, call->args[n], &lock, sizeof(lock))) {
        return;
    }
    fputs("{l_type=", out);
    names_print_value(out, &names_lock_type, (uint16_t)lock.l_type);
    fputs(", l_whence=", out);
    names_print_value(out, &names_whence, (uint16_t)lock.l_whence);
    fprintf(out, ", l_start=%lld, l_len=%lld", (long long)lock.l_start, (long long)lock.l_len);
    if (filled) {
        fprintf(out, ", l_pid=%d", lock.l_pid);
    }
    fputc('}', out);
}

void print_fcntl_argument(FILE *out, const struct trace_call *call, unsigned n)
{
    switch (low(call, 1)) {
    case F_SETFD:
        names_print_flags(out, NULL, &names_fd_flags, low(call, n));
        break;
    case F_SETFL:
        put_open_flags(out, low(call, n));
        break;
    case F_ADD_SEALS:
        names_print_flags(out, NULL, &names_seals, low(call, n));
        break;
    case F_SETSIG:
        print_signal(out, call, n);
        break;
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        put_file_lock(out, call, n, false);
        break;
    case F_GETLK:
    case F_OFD_GETLK:
        put_file_lock(out, call, n, true);
        break;
    default:
        print_int(out, call, n);
        break;
    }
}

void print_ioctl_argument(FILE *out, const struct trace_call *call, unsigned n)
{
    struct winsize size;
    switch (low(call, 1)) {
    case FIONREAD:
    case TIOCOUTQ:
    case TIOCGPGRP:
    case TIOCGSID:
        print_int_pointed(out, call, n);
        break;
    case FIONBIO:
    case FIOASYNC:
    case TIOCSPGRP: {
        int value;
        if (load(out, call, call->args[n], &value, sizeof(value))) {
            fprintf(out, "[%d]", value);
        }
        break;
    }
    case TIOCGWINSZ:
        if (load_argument(out, call, n, &size, sizeof(size))) {
            fprintf(out, "{ws_row=%u, ws_col=%u, ws_xpixel=%u, ws_ypixel=%u}", size.ws_row,
                    size.ws_col, size.ws_xpixel, size.ws_ypixel);
        }
        break;
    default:
        put_pointer(out, call->args[n]);
        break;
    }
}

void print_fcntl_result(FILE *out, const struct trace_call *call)
{
    uint32_t value = (uint32_t)call->result;
    unsigned command = low(call, 1);
    if (command != F_GETFL && (command != F_GETFD || value == 0) && command != F_GET_SEALS) {
        fprintf(out, "%lld", (long long)call->result);
        return;
    }
    fprintf(out, "%#x (", value);
    if (command == F_GETFL) {
        fputs("flags ", out);
        put_open_flags(out, value);
    } else if (command == F_GETFD) {
        fputs("flags ", out);
        names_print_flags(out, NULL, &names_fd_flags, value);
    } else {
        fputs("seals ", out);
        names_print_flags(out, NULL, &names_seals, value);
    }
    fputc(')', out);
}

/*
 * How many arguments have a meaning: of a call's rows the first counts of which argument `by`, as
 * far as the mask goes, has the value.
 */
static const struct {
    const char *call;
    uint8_t by;
    uint32_t mask, value;
    uint8_t count;
} counts[] = {
#define ALL UINT32_MAX
    {"open", 1, O_CREAT, O_CREAT, 3},
    {"open", 1, O_TMPFILE, O_TMPFILE, 3},
    {"open", 0, 0, 0, 2},
    {"openat", 2, O_CREAT, O_CREAT, 4},
    {"openat", 2, O_TMPFILE, O_TMPFILE, 4},
    {"openat", 0, 0, 0, 3},
    {"mknod", 1, S_IFMT, S_IFCHR, 3},
    {"mknod", 1, S_IFMT, S_IFBLK, 3},
    {"mknod", 0, 0, 0, 2},
    {"mknodat", 2, S_IFMT, S_IFCHR, 4},
    {"mknodat", 2, S_IFMT, S_IFBLK, 4},
    {"mknodat", 0, 0, 0, 3},
    {"mremap", 3, MREMAP_FIXED, 0, 4},
    {"preadv", 0, 0, 0, 4},
    {"pwritev", 0, 0, 0, 4},
    {"fcntl", 1, ALL, F_GETFD, 2},
    {"fcntl", 1, ALL, F_GETFL, 2},
    {"fcntl", 1, ALL, F_GETOWN, 2},
    {"fcntl", 1, ALL, F_GETSIG, 2},
    {"fcntl", 1, ALL, F_GETLEASE, 2},
    {"fcntl", 1, ALL, F_GETPIPE_SZ, 2},
    {"fcntl", 1, ALL, F_GET_SEALS, 2},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_WAKE, 3},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_UNLOCK_PI, 2},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_TRYLOCK_PI, 2},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_WAIT, 4},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_LOCK_PI, 4},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_REQUEUE, 5},
    {"futex", 1, (uint32_t)FUTEX_CMD_MASK, FUTEX_WAIT_REQUEUE_PI, 5},
    {"prctl", 0, ALL, PR_SET_NAME, 2},
    {"prctl", 0, ALL, PR_SET_PDEATHSIG, 2},
    {"prctl", 0, ALL, PR_SET_DUMPABLE, 2},
    {"prctl", 0, ALL, PR_SET_KEEPCAPS, 2},
    {"prctl", 0, ALL, PR_SET_TIMERSLACK, 2},
    {"prctl", 0, ALL, PR_GET_DUMPABLE, 1},
    {"prctl", 0, ALL, PR_GET_KEEPCAPS, 1},
    {"prctl", 0, ALL, PR_GET_TIMERSLACK, 1},
    {"membarrier", 0, 0, 0, 2},
#undef ALL
};

unsigned argument_count(const struct trace_call *call)
{
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        if (strcmp(counts[i].call, call->row->name) == 0 &&
            (low(call, counts[i].by) & counts[i].mask) == counts[i].value) {
            return counts[i].count;
        }
    }
    return call->row->nr_arguments;
}
