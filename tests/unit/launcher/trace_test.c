/* SPDX-License-Identifier: BSD-3-Clause */
/* How system calls are printed, of a memory that is made here, and which calls a filter names. */
#include "unit.h"

#include "report.h"
#include "trace_format.h"
#include "trace_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define BASE 0x10000u /* address of the made memory; all else cannot be read */

static uint8_t bytes[1024];

static bool read_made(void *context, uint64_t address, void *to, size_t size)
{
    (void)context;
    if (address < BASE || size > sizeof(bytes) || address - BASE > sizeof(bytes) - size) {
        return false;
    }
    memcpy(to, bytes + (address - BASE), size);
    return true;
}

static const struct trace_memory memory = {read_made, NULL};

static uint64_t put(size_t at, const void *from, size_t size)
{
    memcpy(bytes + at, from, size);
    return BASE + at;
}

static const struct call *find(const char *name)
{
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        const struct call *row = call_by_number(number);
        if (row != NULL && strcmp(row->name, name) == 0) {
            return row;
        }
    }
    print_error("no call %s\n", name);
    abort();
}

/* Prints a whole call: `begin|end = result`, the bar where it runs. */
static const char *print(const char *name, int64_t result, const uint64_t args[6])
{
    static char text[4096];
    struct trace_call call = {.row = find(name), .memory = &memory};
    memcpy(call.args, args, sizeof(call.args));
    FILE *out = fmemopen(text, sizeof(text), "w");
    unsigned from = trace_print_begin(out, &call);
    fputc('|', out);
    call.result = result;
    call.returned = true;
    trace_print_end(out, &call, from);
    fputs(" = ", out);
    trace_print_result(out, &call);
    fclose(out);
    return text;
}

#define PRINT(name, result, ...) print(name, result, (const uint64_t[6]){__VA_ARGS__})

static void strings_and_flags(void **state)
{
    (void)state;
    uint64_t path = put(0, "/a\n\"", 5);
    assert_string_equal(PRINT("open", 3, path, O_RDWR | O_CREAT, 0640),
                        "open(\"/a\\n\\\"\", O_RDWR|O_CREAT, 0640|) = 3");
    assert_string_equal(PRINT("open", -ENOENT, path, O_RDONLY, 0640),
                        "open(\"/a\\n\\\"\", O_RDONLY|) = -1 ENOENT (No such file or directory)");
    assert_string_equal(PRINT("open", -EFAULT, 16, 0, 0),
                        "open(0x10, O_RDONLY|) = -1 EFAULT (Bad address)");
    assert_string_equal(PRINT("open", -EFAULT, 0, 0, 0),
                        "open(NULL, O_RDONLY|) = -1 EFAULT (Bad address)");
    assert_string_equal(PRINT("mmap", 0x7000, 0, 4096, PROT_READ, 0x10000022, -1ULL, 0),
                        "mmap(NULL, 4096, PROT_READ, "
                        "MAP_PRIVATE|MAP_ANONYMOUS|0x10000000, -1, 0|) = 0x7000");
    assert_string_equal(PRINT("mprotect", 0, 0x1000, 1, 0x100),
                        "mprotect(0x1000, 1, 0x100 /* PROT_??? */|) = 0");
}

/* Arguments without a meaning are left out. */
static void counts_of_arguments(void **state)
{
    (void)state;
    uint64_t path = put(0, "/a", 3);
    assert_string_equal(PRINT("open", 3, path, O_RDWR | O_TMPFILE, 0600),
                        "open(\"/a\", O_RDWR|O_TMPFILE, 0600|) = 3");
    assert_string_equal(PRINT("openat", 3, 4, path, O_RDWR | O_DIRECTORY, 0600),
                        "openat(4, \"/a\", O_RDWR|O_DIRECTORY|) = 3");
    assert_string_equal(PRINT("mknod", 0, path, S_IFIFO | 0600, 259),
                        "mknod(\"/a\", S_IFIFO|0600|) = 0");
    assert_string_equal(PRINT("mknodat", 0, 4, path, S_IFCHR | 0600, 259),
                        "mknodat(4, \"/a\", S_IFCHR|0600, makedev(0x1, 0x3)|) = 0");
    assert_string_equal(PRINT("fcntl", 1, 3, F_GETFD, 5),
                        "fcntl(3, F_GETFD|) = 0x1 (flags FD_CLOEXEC)");
    assert_string_equal(PRINT("futex", 1, 0x1000, 129, 2, 7, 7, 7),
                        "futex(0x1000, FUTEX_WAKE_PRIVATE, 2|) = 1");
    assert_string_equal(PRINT("futex", 1, 0x1000, 3, 2, 7, 0x2000, 7),
                        "futex(0x1000, FUTEX_REQUEUE, 2, 7, 0x2000|) = 1");
    assert_string_equal(PRINT("mremap", 0x3000, 0x1000, 1, 2, 1, 0x9000),
                        "mremap(0x1000, 1, 2, MREMAP_MAYMOVE|) = 0x3000");
    assert_string_equal(PRINT("prctl", 0, 15, path, 1, 1, 1), "prctl(PR_SET_NAME, \"/a\"|) = 0");
    assert_string_equal(PRINT("prctl", 1, 3, 1, 1, 1, 1), "prctl(PR_GET_DUMPABLE|) = 1");
}

/* A string whose end cannot be read is an address; one that ends with the memory is whole. */
static void strings_at_the_edge(void **state)
{
    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    assert_string_equal(PRINT("rmdir", 0, BASE + sizeof(bytes) - 8), "rmdir(0x103f8|) = 0");
    bytes[sizeof(bytes) - 1] = '\0';
    assert_string_equal(PRINT("rmdir", 0, BASE + sizeof(bytes) - 3), "rmdir(\"xx\"|) = 0");
}

static void buffers(void **state)
{
    (void)state;
    char text[40];
    memset(text, 'a', sizeof(text));
    memcpy(text, "\0001\0017\0018\377", 7);
    uint64_t at = put(0, text, sizeof(text));
    assert_string_equal(PRINT("write", 8, 1, at, 8),
                        "write(1, \"\\0001\\0017\\18\\377a\", 8|) = 8");
    assert_string_equal(
        PRINT("read", 40, 1, at, 100),
        "read(1, |\"\\0001\\0017\\18\\377aaaaaaaaaaaaaaaaaaaaaaaaa\"..., 100) = 40");
    assert_string_equal(PRINT("read", 0, 1, at, 100), "read(1, |\"\", 100) = 0");
    assert_string_equal(PRINT("read", -EINTR, 1, at, 100),
                        "read(1, |0x10000, 100) = -1 EINTR (Interrupted system call)");
    /* What the program says of sizes is not believed. */
    assert_string_equal(PRINT("write", -EFAULT, 1, BASE + sizeof(bytes) - 4, UINT64_MAX),
                        "write(1, 0x103fc, 18446744073709551615|) = -1 EFAULT (Bad address)");
}

static void vectors(void **state)
{
    (void)state;
    uint64_t data = put(512, "abcdef", 6);
    struct iovec parts[2] = {{(void *)data, 4}, {(void *)(data + 4), 20}};
    uint64_t at = put(0, parts, sizeof(parts));
    assert_string_equal(
        PRINT("readv", 6, 3, at, 2),
        "readv(3, |[{iov_base=\"abcd\", iov_len=4}, {iov_base=\"ef\", iov_len=20}], "
        "2) = 6");
    assert_string_equal(PRINT("writev", -EFAULT, 3, at + 768, 1000000),
                        "writev(3, 0x10300, 1000000|) = -1 EFAULT (Bad address)");
}

static void structures_are_printed_when_filled(void **state)
{
    (void)state;
    int64_t time[2] = {5, 7};
    uint64_t at = put(64, time, sizeof(time));
    assert_string_equal(PRINT("clock_gettime", 0, 1, at),
                        "clock_gettime(CLOCK_MONOTONIC, |{tv_sec=5, tv_nsec=7}) = 0");
    assert_string_equal(PRINT("clock_gettime", -EINVAL, 99, at),
                        "clock_gettime(0x63 /* CLOCK_??? */, |0x10040) = "
                        "-1 EINVAL (Invalid argument)");
    assert_string_equal(PRINT("nanosleep", -516, at, at),
                        "nanosleep({tv_sec=5, tv_nsec=7}, |{tv_sec=5, tv_nsec=7}) = "
                        "? ERESTART_RESTARTBLOCK (Interrupted by signal)");
    assert_string_equal(PRINT("nanosleep", 0, at, at),
                        "nanosleep({tv_sec=5, tv_nsec=7}, |0x10040) = 0");
}

static void masks_of_signals(void **state)
{
    (void)state;
    uint64_t set = 1 << 1 | 1ULL << 33, most = ~(1ULL << 8);
    uint64_t at = put(0, &set, 8), other = put(8, &most, 8);
    assert_string_equal(PRINT("rt_sigprocmask", 0, 2, at, other, 8),
                        "rt_sigprocmask(SIG_SETMASK, [INT RT_2], |~[KILL], 8) = 0");
}

/* Control data that does not fit ends the list. */
static void messages_of_sockets(void **state)
{
    (void)state;
    struct {
        uint64_t size;
        int level, type, fd, pad;
        uint64_t next_size;
        int next_level, next_type;
    } control = {20, SOL_SOCKET, SCM_RIGHTS, 7, 0, 1ULL << 60, 1, 1};
    uint64_t message[7] = {0, 0, 0, 0, put(128, &control, sizeof(control)), sizeof(control), 0};
    uint64_t at = put(0, message, sizeof(message));
    assert_string_equal(PRINT("sendmsg", 0, 3, at, 0),
                        "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, "
                        "msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
                        "cmsg_data=[7]}], msg_controllen=40, msg_flags=0}, 0|) = 0");
}

static void addresses_of_sockets(void **state)
{
    (void)state;
    uint64_t at = put(0, "\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0", 16);
    assert_string_equal(PRINT("connect", 0, 3, at, 16),
                        "connect(3, {sa_family=AF_INET, sin_port=htons(80), "
                        "sin_addr=inet_addr(\"127.0.0.1\")}, 16|) = 0");
    assert_string_equal(PRINT("connect", -EINVAL, 3, at, 1),
                        "connect(3, 0x10000, 1|) = -1 EINVAL (Invalid argument)");
    assert_string_equal(PRINT("connect", -EINVAL, 3, at, 0xffffffff),
                        "connect(3, 0x10000, -1|) = -1 EINVAL (Invalid argument)");
    at = put(0, "\1\0/sock", 7);
    assert_string_equal(PRINT("bind", 0, 3, at, 7),
                        "bind(3, {sa_family=AF_UNIX, sun_path=\"/sock\"}, 7|) = 0");
    at = put(0, "\1\0\0abc", 6);
    assert_string_equal(PRINT("bind", 0, 3, at, 6),
                        "bind(3, {sa_family=AF_UNIX, sun_path=@\"abc\"}, 6|) = 0");
}

/* No argument of any call makes a printer read what is not there. */
static void wild_arguments(void **state)
{
    (void)state;
    static const uint64_t wild[] = {0, 1, BASE, BASE + 8, BASE + 1020, UINT64_MAX, 0x80000000u, 40};
    static const int64_t results[] = {0, 1, 1000000, INT64_MAX, INT64_MIN, -EFAULT, -512};
    memset(bytes, 0xff, sizeof(bytes));
    srand(1);
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        const struct call *row = call_by_number(number);
        for (int i = 0; row != NULL && i < 40; i++) {
            uint64_t args[6];
            for (int n = 0; n < 6; n++) {
                args[n] = wild[(unsigned)rand() % 8];
            }
            for (size_t n = 0; i >= 20 && n < sizeof(bytes); n++) {
                bytes[n] = (uint8_t)rand();
            }
            print(row->name, results[(unsigned)rand() % 7], args);
        }
    }
}

/* A row of trace_args.def for a parameter that is not there would be without effect. */
static void exceptions_name_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *call, *parameter;
    } rows[] = {
#define FLAGS(call, parameter, set) {#call, #parameter},
#define NAMED                       FLAGS
#define IN                          FLAGS
#define OUT                         FLAGS
#include "trace_args.def"
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct call *row = find(rows[i].call);
        const char *at = row->parameters;
        size_t length = strlen(rows[i].parameter);
        bool found = false;
        while (at != NULL && (at = strstr(at, rows[i].parameter)) != NULL && !found) {
            bool begins = at != row->parameters && (at[-1] == ' ' || at[-1] == '*');
            found = begins && (at[length] == ',' || at[length] == '\0');
            at += length;
        }
        if (!found) {
            print_error("%s has no parameter %s\n", rows[i].call, rows[i].parameter);
        }
        assert_true(found);
    }
}

static bool has(const struct call_set *set, const char *name)
{
    return call_set_has(set, find(name)->number);
}

static void filters(void **state)
{
    (void)state;
    struct call_set set;
    assert_int_equal(call_set_parse(&set, NULL), 0);
    assert_true(has(&set, "read") && has(&set, "fork") && call_set_has(&set, CALL_UNNAMED));
    assert_int_equal(call_set_parse(&set, "open,%memory"), 0);
    assert_true(has(&set, "open") && has(&set, "mmap") && !has(&set, "read"));
    assert_int_equal(call_set_parse(&set, "file"), 0);
    assert_true(has(&set, "open") && has(&set, "rename") && has(&set, "getcwd"));
    assert_false(has(&set, "read") || has(&set, "memfd_create") || has(&set, "fsetxattr"));
    assert_int_equal(call_set_parse(&set, "desc"), 0);
    assert_true(has(&set, "read") && has(&set, "openat") && has(&set, "pipe2"));
    assert_false(has(&set, "rename") || has(&set, "getpid"));
    assert_int_equal(call_set_parse(&set, "!desc,futex"), 0);
    assert_true(has(&set, "getpid") && call_set_has(&set, CALL_UNNAMED));
    assert_false(has(&set, "read") || has(&set, "futex"));
}

static void mistakes_in_filters_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *said;
    } rows[] = {
        {"opeen", "hermit: --trace: no system call or family 'opeen'; near it: open\n"},
        {"read,sygnal", "hermit: --trace: no system call or family 'sygnal'; near it: signal\n"},
        {"!", "hermit: --trace='!': names no system call\n"},
        {"", "hermit: --trace='': names no system call\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char said[512] = "";
        struct call_set set;
        FILE *out = fmemopen(said, sizeof(said), "w");
        report_redirect(out);
        assert_int_equal(call_set_parse(&set, rows[i].filter), -1);
        report_redirect(NULL);
        fclose(out);
        assert_string_equal(said, rows[i].said);
    }
}

static void lines_are_closed_and_resumed(void **state)
{
    (void)state;
    char text[1024] = "";
    static struct trace_lines lines;
    lines.out = fmemopen(text, sizeof(text), "w");
    setenv("TZ", "UTC", 1);
    lines_begin(&lines, 1, 1, 0, "pause(");
    lines_begin(&lines, 2, 12, 1500, "close(3");
    lines_end(&lines, 2, 12, 2000, "close", ")", "0", 500);
    lines_end(&lines, 1, 1, 1000000000, "pause", ")", "?", 2000001000);
    lines_begin(&lines, 3, 1, 0, "futex(");
    lines_event(&lines, 12, 0, "--- SIGHUP ---");
    lines_abandon(&lines, 3, 1, 0, "futex");
    fclose(lines.out);
    assert_string_equal(text, "1     00:00:00.000000 pause( <unfinished ...>\n"
                              "12    00:00:00.000001 close(3)          = 0 <0.000000>\n"
                              "1     00:00:01.000000 <... pause resumed>) = ? <2.000001>\n"
                              "1     00:00:00.000000 futex( <unfinished ...>\n"
                              "12    00:00:00.000000 --- SIGHUP ---\n"
                              "1     00:00:00.000000 <... futex resumed> <unfinished ...>) = ?\n");
}

static void counts_are_sorted_by_time(void **state)
{
    (void)state;
    char text[1024] = "";
    static struct trace_lines lines;
    FILE *out = fmemopen(text, sizeof(text), "w");
    lines_count(&lines, find("read")->number, false, 1000000);
    lines_count(&lines, find("read")->number, true, 0);
    lines_count(&lines, find("close")->number, false, 3000000);
    lines_print_counts(&lines, out);
    fclose(out);
    assert_string_equal(text,
                        "% time     seconds  usecs/call     calls    errors syscall\n"
                        "------ ----------- ----------- --------- --------- ----------------\n"
                        " 75.00    0.003000        3000         1           close\n"
                        " 25.00    0.001000         500         2         1 read\n"
                        "------ ----------- ----------- --------- --------- ----------------\n"
                        "100.00    0.004000        1333         3         1 total\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_and_flags),
        cmocka_unit_test(counts_of_arguments),
        cmocka_unit_test(strings_at_the_edge),
        cmocka_unit_test(buffers),
        cmocka_unit_test(vectors),
        cmocka_unit_test(structures_are_printed_when_filled),
        cmocka_unit_test(masks_of_signals),
        cmocka_unit_test(messages_of_sockets),
        cmocka_unit_test(addresses_of_sockets),
        cmocka_unit_test(wild_arguments),
        cmocka_unit_test(exceptions_name_parameters),
        cmocka_unit_test(filters),
        cmocka_unit_test(mistakes_in_filters_are_explained),
        cmocka_unit_test(lines_are_closed_and_resumed),
        cmocka_unit_test(counts_are_sorted_by_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
