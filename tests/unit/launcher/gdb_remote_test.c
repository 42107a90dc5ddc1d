/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of the gdb remote protocol, good and damaged, and a stub at the other end of a socket. */
#include "unit.h"

#include "gdb_remote.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char content[GDB_PACKET_MAX];

static enum gdb_parse parse(const char *bytes, size_t *taken)
{
    /* A copy of the exact size, so that the sanitizer sees reads beyond it. */
    size_t size = strlen(bytes);
    char *exact = malloc(size != 0 ? size : 1);
    memcpy(exact, bytes, size);
    enum gdb_parse result = gdb_parse(exact, size, taken, content);
    free(exact);
    return result;
}

static void whole_packets_are_taken(void **state)
{
    (void)state;
    size_t taken;
    assert_int_equal(parse("+$OK#9a$x", &taken), GDB_PACKET);
    assert_int_equal(taken, 7);
    assert_string_equal(content, "OK");
    assert_int_equal(parse("$#00", &taken), GDB_PACKET);
    assert_string_equal(content, "");
}

static void parts_wait_for_the_rest(void **state)
{
    (void)state;
    static const char *const parts[] = {"", "+", "++", "$", "$O", "$OK#", "+$OK#9"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        size_t taken;
        assert_int_equal(parse(parts[i], &taken), GDB_INCOMPLETE);
        const char *start = strchr(parts[i], '$');
        assert_int_equal(taken, start != NULL ? (size_t)(start - parts[i]) : strlen(parts[i]));
    }
}

static void damaged_packets_are_told(void **state)
{
    (void)state;
    static const char *const damaged[] = {
        "$OK#9b",     /* another sum */
        "$OK#zz",     /* no sum */
        "$}#7d",      /* an escape of nothing */
        "$*#2a",      /* a repetition of nothing … */
        "$a*#8b",     /* … of no length … */
        "$a*\x1f#aa", /* … of one that the protocol does not have */
    };
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        size_t taken;
        assert_int_equal(parse(damaged[i], &taken), GDB_DAMAGED);
        assert_int_equal(taken, strlen(damaged[i]));
    }
}

static void escapes_and_repetitions_are_undone(void **state)
{
    (void)state;
    size_t taken;
    assert_int_equal(parse("$}\x03#80", &taken), GDB_PACKET);
    assert_string_equal(content, "#");
    assert_int_equal(parse("$0* #7a", &taken), GDB_PACKET);
    assert_string_equal(content, "0000");
}

static void too_long_is_damaged(void **state)
{
    (void)state;
    size_t taken, size = GDB_PACKET_MAX + 100;
    char *bytes = malloc(size);
    memset(bytes, 'a', size);
    bytes[0] = '$';
    assert_int_equal(gdb_parse(bytes, size, &taken, content), GDB_DAMAGED);
    assert_int_equal(taken, size);
    /* One that repeats itself beyond the end, with a good sum. */
    unsigned sum = 'a';
    size_t used = 2;
    for (; used < 2 * 100; used += 2) {
        bytes[used] = '*';
        bytes[used + 1] = '~';
        sum += '*' + '~';
    }
    char end[4];
    snprintf(end, sizeof(end), "#%02x", sum & 255);
    memcpy(bytes + used, end, 3);
    assert_int_equal(gdb_parse(bytes, used + 3, &taken, content), GDB_DAMAGED);
    free(bytes);
}

static void stops_name_the_virtual_cpu(void **state)
{
    (void)state;
    struct gdb_stop stop;
    assert_true(gdb_parse_stop("T05thread:0a;", &stop));
    assert_int_equal(stop.signal, GDB_SIGNAL_TRAP);
    assert_int_equal(stop.thread, 10);
    assert_true(gdb_parse_stop("S02", &stop));
    assert_int_equal(stop.thread, 0);
    assert_true(gdb_parse_stop("T05", &stop));
    assert_false(gdb_parse_stop("W00", &stop));
    assert_false(gdb_parse_stop("", &stop));
    assert_false(gdb_parse_stop("T", &stop));
    assert_false(gdb_parse_stop("Tx5", &stop));
}

static void registers_are_where_qemu_puts_them(void **state)
{
    (void)state;
    uint8_t bytes[180];
    char text[2 * sizeof(bytes) + 1];
    struct gdb_registers registers;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)i;
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    assert_true(gdb_parse_registers(text, &registers));
    assert_int_equal(registers.rax, 0x0706050403020100);
    assert_int_equal(registers.rdi, 0x2f2e2d2c2b2a2928);
    assert_int_equal(registers.rip, 0x8786858483828180);
    assert_int_equal(registers.gs_base, 0xb3b2b1b0afaeadac);
    text[2 * sizeof(bytes) - 1] = '\0';
    assert_false(gdb_parse_registers(text, &registers));
    assert_false(gdb_parse_registers("E01", &registers));
}

static void memory_has_the_size_asked_for(void **state)
{
    (void)state;
    uint8_t bytes[2];
    assert_true(gdb_parse_memory("12fF", bytes, 2));
    assert_int_equal(bytes[1], 0xff);
    assert_false(gdb_parse_memory("12f", bytes, 2));
    assert_false(gdb_parse_memory("12ff00", bytes, 2));
    assert_false(gdb_parse_memory("1x", bytes, 1));
    assert_false(gdb_parse_memory("E14", bytes, 2));
}

/* The other end: checks what it gets and says what it is to say. */
struct stub {
    int fd;
    const char *expected, *answer;
};

static void *play(void *argument)
{
    const struct stub *stub = argument;
    char got[128] = "";
    size_t size = strlen(stub->expected);
    for (size_t n = 0; n < size;) {
        ssize_t part = read(stub->fd, got + n, size - n);
        n += part > 0 ? (size_t)part : size;
    }
    ssize_t written = write(stub->fd, stub->answer, strlen(stub->answer));
    (void)written;
    return strcmp(got, stub->expected) == 0 ? NULL : argument;
}

static void requests_are_answered(void **state)
{
    (void)state;
    int pair[2];
    static struct gdb_remote remote;
    uint32_t word = 0;
    pthread_t thread;
    void *wrong;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    gdb_init(&remote, pair[0]);
    struct stub first = {pair[1], "$m1000,4#8e", "+$78563412#a4"};
    pthread_create(&thread, NULL, play, &first);
    assert_true(gdb_read_memory(&remote, 0x1000, &word, sizeof(word)));
    assert_int_equal(word, 0x12345678);
    pthread_join(thread, &wrong);
    assert_null(wrong);
    /* The second request acknowledges the first answer. */
    struct stub second = {pair[1], "+$Z0,ab,1#d6", "+$E22#a9"};
    pthread_create(&thread, NULL, play, &second);
    assert_false(gdb_set_breakpoint(&remote, 0xab, true));
    assert_false(remote.broken);
    pthread_join(thread, &wrong);
    assert_null(wrong);
    close(pair[1]);
    assert_false(gdb_continue(&remote) && gdb_poll(&remote, content));
    assert_true(remote.broken && remote.closed);
    assert_false(gdb_step(&remote, 1));
    close(pair[0]);
}

/* If the other end is there, the machine would stand for ever. The last is QEMU's farewell. */
static void no_answers_are_told(void **state)
{
    (void)state;
    static const char *const answers[] = {"$E01#a6", "$OK#00", "$W00#b7"};
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        int pair[2];
        static struct gdb_remote remote;
        struct gdb_registers registers;
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        fcntl(pair[0], F_SETFL, O_NONBLOCK);
        gdb_init(&remote, pair[0]);
        assert_int_equal(write(pair[1], answers[i], 7), 7);
        assert_false(gdb_read_registers(&remote, &registers));
        assert_true(remote.broken && remote.closed == (answers[i][1] == 'W'));
        close(pair[0]);
        close(pair[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_packets_are_taken),
        cmocka_unit_test(parts_wait_for_the_rest),
        cmocka_unit_test(damaged_packets_are_told),
        cmocka_unit_test(escapes_and_repetitions_are_undone),
        cmocka_unit_test(too_long_is_damaged),
        cmocka_unit_test(stops_name_the_virtual_cpu),
        cmocka_unit_test(registers_are_where_qemu_puts_them),
        cmocka_unit_test(memory_has_the_size_asked_for),
        cmocka_unit_test(requests_are_answered),
        cmocka_unit_test(no_answers_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
