/* SPDX-License-Identifier: BSD-3-Clause */
/* Control messages, parsed from a stream that arrives in arbitrary pieces. */
#include "unit.h"

#include "control.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void pieces(void **state)
{
    (void)state;
    int pair[2];
    struct control control;
    struct hermit_msg message = {HERMIT_MSG_EXIT, sizeof(struct hermit_exit)};
    struct hermit_exit end = {3, 0};
    uint8_t bytes[sizeof(message) + sizeof(end)];
    const uint8_t *payload;
    memcpy(bytes, &message, sizeof(message));
    memcpy(bytes + sizeof(message), &end, sizeof(end));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    control_init(&control, pair[0]);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        struct hermit_msg seen;
        control_read(&control);
        assert_false(control_peek(&control, &seen, &payload));
        assert_int_equal(write(pair[1], &bytes[i], 1), 1);
    }
    close(pair[1]);
    control_read(&control);
    assert_true(control.ended);
    assert_true(control_peek(&control, &message, &payload));
    assert_int_equal(message.type, HERMIT_MSG_EXIT);
    assert_memory_equal(payload, &end, sizeof(end));
    control_pop(&control);
    assert_false(control_peek(&control, &message, &payload));
    control_free(&control);
    close(pair[0]);
}

static void too_long(void **state)
{
    (void)state;
    int pair[2];
    struct control control;
    struct hermit_msg message = {99, 0xffffffff};
    const uint8_t *payload;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    control_init(&control, pair[0]);
    assert_int_equal(write(pair[1], &message, sizeof(message)), sizeof(message));
    control_read(&control);
    assert_false(control_peek(&control, &message, &payload));
    assert_true(control.damaged);
    control_free(&control);
    close(pair[0]);
    close(pair[1]);
}

static void full_queue_refuses(void **state)
{
    (void)state;
    static const uint8_t payload[1000];
    int pair[2];
    struct control control;
    bool sent = true;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    control_init(&control, pair[0]);
    for (int i = 0; i < 100000 && sent; i++) {
        sent = control_send(&control, HERMIT_MSG_SIGNAL, payload, sizeof(payload));
    }
    assert_false(sent);
    control_free(&control);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces),
        cmocka_unit_test(too_long),
        cmocka_unit_test(full_queue_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
