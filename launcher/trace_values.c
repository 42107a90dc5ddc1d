/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arguments that are numbers, names, strings, buffers or arrays of numbers, and what all printers
 * share. Pure functions but for the memory's reader.
 */
#include "trace_printers.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
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

void put_octal(FILE *out, unsigned mode)
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
