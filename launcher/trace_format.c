/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers, strings and flags of system calls, and what calls return. Formats are strace's, so that
 * who knows one knows the other. Pure functions but for the memory's reader.
 */
#include "trace_printers.h"

#include <arch/offsets.h>

#include <ctype.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const struct trace_names *names_of(const struct trace_call *call, unsigned n)
{
    return call->row->arguments[n].names;
}

void put_pointer(FILE *out, uint64_t address)
{
    if (address == 0) {
        fputs("NULL", out);
    } else {
        fprintf(out, "%#llx", (unsigned long long)address);
    }
}

bool load(FILE *out, const struct trace_call *call, uint64_t address, void *bytes, size_t size)
{
    if (address != 0 && fetch(call, address, bytes, size)) {
        return true;
    }
    put_pointer(out, address);
    return false;
}

bool load_argument(FILE *out, const struct trace_call *call, unsigned n, void *bytes, size_t size)
{
    if (call->row->arguments[n].out && trace_failed(call)) {
        put_pointer(out, call->args[n]);
        return false;
    }
    return load(out, call, call->args[n], bytes, size);
}

/* One character in quotes. A number must not run into a digit that follows it. */
static void put_character(FILE *out, uint8_t c, bool digit_follows)
{
    static const char letters[] = "abtnvfr"; /* from 7 on */
    if (c == '\b' || c == '\a' || c > '\r' || c < '\a') {
        if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (isascii(c) && isprint(c)) {
            fputc(c, out);
        } else {
            fprintf(out, digit_follows ? "\\%03o" : "\\%o", c);
        }
    } else {
        fprintf(out, "\\%c", letters[c - '\a']);
    }
}

void put_bytes(FILE *out, const uint8_t *bytes, size_t size, bool more, bool hex)
{
    fputc('"', out);
    for (size_t i = 0; i < size; i++) {
        if (hex) {
            fprintf(out, "\\x%02x", bytes[i]);
        } else {
            put_character(out, bytes[i],
                          i + 1 < size && bytes[i + 1] >= '0' && bytes[i + 1] <= '7');
        }
    }
    fputs(more ? "\"..." : "\"", out);
}

void put_data(FILE *out, const struct trace_call *call, uint64_t address, uint64_t size)
{
    uint8_t bytes[TRACE_STRING_MAX];
    size_t shown = size < sizeof(bytes) ? (size_t)size : sizeof(bytes);
    if (shown == 0 && address != 0) {
        fputs("\"\"", out);
    } else if (load(out, call, address, bytes, shown)) {
        put_bytes(out, bytes, shown, shown < size, false);
    }
}

/* Reads up to a NUL; a string may end just before memory that cannot be read. */
void put_string(FILE *out, const struct trace_call *call, uint64_t address)
{
    enum { LONGEST = 4096, STEP = 64 };
    uint8_t bytes[LONGEST];
    size_t size = 0;
    if (address == 0) {
        fputs("NULL", out);
        return;
    }
    while (size < LONGEST) {
        size_t step = STEP - (address + size) % STEP;
        if (step > LONGEST - size) {
            step = LONGEST - size;
        }
        if (!fetch(call, address + size, bytes + size, step)) {
            put_pointer(out, address);
            return;
        }
        const uint8_t *end = memchr(bytes + size, '\0', step);
        if (end != NULL) {
            put_bytes(out, bytes, (size_t)(end - bytes), false, false);
            return;
        }
        size += step;
    }
    put_bytes(out, bytes, LONGEST, true, false);
}

/* Numbers. */

void print_int(FILE *out, const struct trace_call *call, unsigned n)
{
    fprintf(out, "%d", (int)low(call, n));
}

void print_unsigned(FILE *out, const struct trace_call *call, unsigned n)
{
    fprintf(out, "%u", low(call, n));
}

void print_long(FILE *out, const struct trace_call *call, unsigned n)
{
    fprintf(out, "%lld", (long long)call->args[n]);
}

void print_size(FILE *out, const struct trace_call *call, unsigned n)
{
    fprintf(out, "%llu", (unsigned long long)call->args[n]);
}

void print_hex(FILE *out, const struct trace_call *call, unsigned n)
{
    fprintf(out, "%#llx", (unsigned long long)call->args[n]);
}

static void put_octal(FILE *out, unsigned mode)
{
    fprintf(out, "%#03o", mode);
}

void print_octal(FILE *out, const struct trace_call *call, unsigned n)
{
    put_octal(out, low(call, n));
}

void print_pointer(FILE *out, const struct trace_call *call, unsigned n)
{
    put_pointer(out, call->args[n]);
}

/* Of a user or group; −1 leaves it as it is. */
void print_identity(FILE *out, const struct trace_call *call, unsigned n)
{
    uint32_t id = low(call, n);
    fprintf(out, id == UINT32_MAX ? "-1" : "%u", id);
}

void print_directory(FILE *out, const struct trace_call *call, unsigned n)
{
    if ((int)low(call, n) == AT_FDCWD) {
        fputs("AT_FDCWD", out);
    } else {
        print_int(out, call, n);
    }
}

void print_signal(FILE *out, const struct trace_call *call, unsigned n)
{
    names_print_signal(out, (int)low(call, n));
}

/* The upper half of a position, which is in the argument before it; the last of its call. */
void print_hidden(FILE *out, const struct trace_call *call, unsigned n)
{
    (void)out;
    (void)call;
    (void)n;
}

/* Names. */

void print_flags(FILE *out, const struct trace_call *call, unsigned n)
{
    names_print_flags(out, NULL, names_of(call, n), low(call, n));
}

void print_named(FILE *out, const struct trace_call *call, unsigned n)
{
    names_print_value(out, names_of(call, n), low(call, n));
}

/* Clocks of other threads and processes are negative numbers. */
void print_clock(FILE *out, const struct trace_call *call, unsigned n)
{
    if ((int)low(call, n) < 0) {
        print_int(out, call, n);
    } else {
        names_print_value(out, &names_clock, low(call, n));
    }
}

void put_open_flags(FILE *out, uint64_t flags)
{
    const char *mode = names_find(&names_access_mode, flags & O_ACCMODE);
    names_print_flags(out, mode != NULL ? mode : "O_ACCMODE", &names_open,
                      flags & ~(uint64_t)O_ACCMODE);
}

void print_open_flags(FILE *out, const struct trace_call *call, unsigned n)
{
    put_open_flags(out, low(call, n));
}

unsigned put_file_type(FILE *out, unsigned mode)
{
    const char *type = names_find(&names_file_type, mode & S_IFMT);
    if (type == NULL) {
        return mode;
    }
    fprintf(out, "%s|", type);
    return mode & ~(unsigned)S_IFMT;
}

void print_type_and_mode(FILE *out, const struct trace_call *call, unsigned n)
{
    put_octal(out, put_file_type(out, low(call, n)));
}

void print_device(FILE *out, const struct trace_call *call, unsigned n)
{
    unsigned dev = low(call, n);
    fprintf(out, "makedev(%#x, %#x)", major(dev), minor(dev));
}

/* Strings and buffers. */

void print_string(FILE *out, const struct trace_call *call, unsigned n)
{
    put_string(out, call, call->args[n]);
}

void print_result_string(FILE *out, const struct trace_call *call, unsigned n)
{
    if (trace_failed(call)) {
        put_pointer(out, call->args[n]);
    } else {
        put_string(out, call, call->args[n]);
    }
}

/* As many bytes as the result says. A size of 0 asks how many there would be. */
void print_data_read(FILE *out, const struct trace_call *call, unsigned n)
{
    if (trace_failed(call) || call->args[n] == 0 || call->args[n + 1] == 0) {
        put_pointer(out, call->args[n]);
        return;
    }
    uint64_t size = (uint64_t)call->result;
    put_data(out, call, call->args[n], size < call->args[n + 1] ? size : call->args[n + 1]);
}

void print_random_data(FILE *out, const struct trace_call *call, unsigned n)
{
    uint8_t bytes[TRACE_STRING_MAX];
    size_t size = call->result < TRACE_STRING_MAX ? (size_t)call->result : TRACE_STRING_MAX;
    if (trace_failed(call)) {
        put_pointer(out, call->args[n]);
    } else if (load(out, call, call->args[n], bytes, size)) {
        put_bytes(out, bytes, size, (uint64_t)call->result > size, true);
    }
}

/* As many bytes as the next argument says. */
void print_data_written(FILE *out, const struct trace_call *call, unsigned n)
{
    put_data(out, call, call->args[n], call->args[n + 1]);
}

/* Numbers in memory. */

void print_int_pair(FILE *out, const struct trace_call *call, unsigned n)
{
    int pair[2];
    if (load_argument(out, call, n, pair, sizeof(pair))) {
        fprintf(out, "[%d, %d]", pair[0], pair[1]);
    }
}

void print_int_pointed(FILE *out, const struct trace_call *call, unsigned n)
{
    int value;
    if (load_argument(out, call, n, &value, sizeof(value))) {
        fprintf(out, "[%d]", value);
    }
}

void print_long_pointed(FILE *out, const struct trace_call *call, unsigned n)
{
    int64_t value;
    if (load_argument(out, call, n, &value, sizeof(value))) {
        fprintf(out, "[%lld]", (long long)value);
    }
}

/* The count is the argument before, or what the call returned. */
void print_id_list(FILE *out, const struct trace_call *call, unsigned n)
{
    uint64_t count = call->row->arguments[n].out ? (uint64_t)call->result : low(call, n - 1);
    uint32_t ids[TRACE_ARRAY_MAX];
    size_t shown = count < TRACE_ARRAY_MAX ? (size_t)count : TRACE_ARRAY_MAX;
    if (trace_failed(call) || low(call, n - 1) == 0) {
        put_pointer(out, call->args[n]);
        return;
    }
    if (count == 0) {
        fputs("[]", out);
        return;
    }
    if (load(out, call, call->args[n], ids, shown * sizeof(ids[0]))) {
        for (size_t i = 0; i < shown; i++) {
            fprintf(out, "%s%u", i == 0 ? "[" : ", ", ids[i]);
        }
        fputs(shown < count ? ", ...]" : "]", out);
    }
}

/* A length or position that the call reads and changes: `[16]`, `[16 => 28]`. */
static void put_change(FILE *out, int64_t before, int64_t after)
{
    fprintf(out, "[%lld", (long long)before);
    if (after != before) {
        fprintf(out, " => %lld", (long long)after);
    }
    fputc(']', out);
}

void print_length(FILE *out, const struct trace_call *call, unsigned n)
{
    int value;
    if (load(out, call, call->args[n], &value, sizeof(value))) {
        put_change(out, (int)call->before[n], value);
    }
}

void print_position(FILE *out, const struct trace_call *call, unsigned n)
{
    int64_t value;
    if (load(out, call, call->args[n], &value, sizeof(value))) {
        fprintf(out, "[%lld]", (long long)call->before[n]);
        if (value != (int64_t)call->before[n]) {
            fprintf(out, " => [%lld]", (long long)value);
        }
    }
}

/* Directory entries: how many. The length of an entry is 16 bytes behind its start. */
void print_entries(FILE *out, const struct trace_call *call, unsigned n)
{
    unsigned count = 0;
    uint64_t at = call->args[n];
    put_pointer(out, at);
    if (trace_failed(call)) {
        return;
    }
    uint64_t end = at + (uint64_t)call->result;
    while (at < end) {
        uint16_t length = 0;
        if (!fetch(call, at + 16, &length, sizeof(length)) || length == 0) {
            return;
        }
        at += length;
        count++;
    }
    fprintf(out, " /* %u entries */", count);
}

static void put_cpu_mask(FILE *out, const struct trace_call *call, unsigned n, uint64_t size)
{
    uint8_t mask[128];
    const char *between = "";
    size_t shown = size < sizeof(mask) ? (size_t)size : sizeof(mask);
    if (!load_argument(out, call, n, mask, shown)) {
        return;
    }
    fputc('[', out);
    for (unsigned cpu = 0; cpu < shown * 8; cpu++) {
        if (mask[cpu / 8] >> cpu % 8 & 1) {
            fprintf(out, "%s%u", between, cpu);
            between = " ";
        }
    }
    fputc(']', out);
}

void print_cpu_mask(FILE *out, const struct trace_call *call, unsigned n)
{
    put_cpu_mask(out, call, n, low(call, n - 1));
}

void print_cpu_mask_filled(FILE *out, const struct trace_call *call, unsigned n)
{
    put_cpu_mask(out, call, n, (uint64_t)call->result);
}

/* Calls with arguments that depend on others. */

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

/* Whole calls. */

static bool is(const struct trace_call *call, const char *name)
{
    return strcmp(call->row->name, name) == 0;
}

/* How many arguments are printed: some have a meaning only with certain values of others. */
static unsigned argument_count(const struct trace_call *call)
{
    unsigned count = call->row->nr_arguments;
    if (is(call, "open") || is(call, "openat")) {
        unsigned flags = low(call, count - 2);
        bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
        return creates ? count : count - 1;
    }
    if (is(call, "mknod") || is(call, "mknodat")) {
        unsigned type = low(call, count - 2) & S_IFMT;
        return type == S_IFCHR || type == S_IFBLK ? count : count - 1;
    }
    if (is(call, "mremap") && (call->args[3] & 2) == 0) {
        return 4;
    }
    if (is(call, "preadv") || is(call, "pwritev")) {
        return 4;
    }
    if (is(call, "fcntl")) {
        switch (low(call, 1)) {
        case F_GETFD:
        case F_GETFL:
        case F_GETOWN:
        case F_GETSIG:
        case F_GETLEASE:
        case F_GETPIPE_SZ:
        case F_GET_SEALS:
            return 2;
        default:
            return 3;
        }
    }
    if (is(call, "futex")) {
        switch (futex_command(call)) {
        case FUTEX_WAKE:
            return 3;
        case FUTEX_UNLOCK_PI:
        case FUTEX_TRYLOCK_PI:
            return 2;
        case FUTEX_WAIT:
        case FUTEX_LOCK_PI:
            return 4;
        case FUTEX_REQUEUE:
        case FUTEX_WAIT_REQUEUE_PI:
            return 5;
        default:
            return 6;
        }
    }
    if (is(call, "prctl")) {
        switch (low(call, 0)) {
        case PR_SET_NAME:
        case PR_SET_PDEATHSIG:
        case PR_SET_DUMPABLE:
        case PR_SET_KEEPCAPS:
        case PR_SET_TIMERSLACK:
            return 2;
        case PR_GET_DUMPABLE:
        case PR_GET_KEEPCAPS:
        case PR_GET_TIMERSLACK:
            return 1;
        default:
            return 5;
        }
    }
    if (is(call, "membarrier")) {
        return 2;
    }
    return count;
}

/* clone's arguments in strace's order. */
static unsigned argument_at(const struct trace_call *call, unsigned place)
{
    static const uint8_t clone_order[] = {1, 0, 2, 4, 3};
    return is(call, "clone") ? clone_order[place] : place;
}

static bool is_hidden(const struct trace_call *call, unsigned n)
{
    return call->row->arguments[n].print == print_hidden;
}

/* What the call will change: its value is printed as well. */
static void remember(struct trace_call *call)
{
    for (unsigned n = 0; n < call->row->nr_arguments; n++) {
        trace_printer *print = call->row->arguments[n].print;
        size_t size = print == print_length ? sizeof(int) : sizeof(uint64_t);
        call->before[n] = 0;
        if ((print == print_length || print == print_position) && call->args[n] != 0) {
            fetch(call, call->args[n], &call->before[n], size);
        }
    }
}

static void put_arguments(FILE *out, const struct trace_call *call, unsigned from, unsigned to)
{
    for (unsigned place = from; place < to; place++) {
        unsigned n = argument_at(call, place);
        if (!is_hidden(call, n)) {
            fputs(place != from ? ", " : "", out);
            call->row->arguments[n].print(out, call, n);
        }
    }
}

unsigned trace_print_begin(FILE *out, struct trace_call *call)
{
    unsigned count = argument_count(call);
    unsigned first_out = 0;
    while (first_out < count && !call->row->arguments[argument_at(call, first_out)].out) {
        first_out++;
    }
    remember(call);
    fprintf(out, "%s(", call->row->name);
    put_arguments(out, call, 0, first_out);
    if (first_out != 0 && first_out < count) {
        fputs(", ", out);
    }
    return first_out;
}

void trace_print_end(FILE *out, const struct trace_call *call, unsigned from)
{
    put_arguments(out, call, from, argument_count(call));
    fputc(')', out);
}

/* The results that never reach the program. */
static const struct restart {
    int64_t result;
    const char *words;
} restarts[] = {
    {-ERESTARTSYS, "ERESTARTSYS (To be restarted if SA_RESTART is set)"},
    {-ERESTARTNOINTR, "ERESTARTNOINTR (To be restarted)"},
    {-ERESTARTNOHAND, "ERESTARTNOHAND (To be restarted if no handler)"},
    {-ERESTART_RESTARTBLOCK, "ERESTART_RESTARTBLOCK (Interrupted by signal)"},
};
#define NR_RESTARTS (sizeof(restarts) / sizeof(restarts[0]))

static const struct restart *find_restart(int64_t result)
{
    for (size_t i = 0; i < NR_RESTARTS; i++) {
        if (restarts[i].result == result) {
            return &restarts[i];
        }
    }
    return NULL;
}

bool trace_is_restart(int64_t result)
{
    return find_restart(result) != NULL;
}

static void put_error(FILE *out, int64_t result)
{
    int error = (int)-result;
    const char *name = strerrorname_np(error);
    if (name != NULL) {
        fprintf(out, "-1 %s (%s)", name, strerror(error));
    } else {
        fprintf(out, "-1 (errno %d)", error);
    }
}

static bool returns_address(const struct trace_call *call)
{
    return is(call, "mmap") || is(call, "brk") || is(call, "mremap");
}

static void put_fcntl_result(FILE *out, const struct trace_call *call)
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

void trace_print_result(FILE *out, const struct trace_call *call)
{
    const struct restart *restart = find_restart(call->result);
    if (restart != NULL) {
        fprintf(out, "? %s", restart->words);
    } else if (trace_failed(call)) {
        put_error(out, call->result);
    } else if (returns_address(call)) {
        fprintf(out, "%#llx", (unsigned long long)call->result);
    } else if (is(call, "umask")) {
        put_octal(out, (unsigned)call->result);
    } else if (is(call, "fcntl")) {
        put_fcntl_result(out, call);
    } else {
        fprintf(out, "%lld", (long long)call->result);
        if (is(call, "poll") || is(call, "ppoll")) {
            print_poll_result(out, call);
        } else if (is(call, "select") || is(call, "pselect6")) {
            print_select_result(out, call);
        }
    }
}
