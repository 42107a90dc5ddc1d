/* SPDX-License-Identifier: BSD-3-Clause */
/* The peer's link to the machine. */
#include "machine_wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static size_t caught(void *packet, size_t size)
{
    size_t n;
    do { /* what a host says of itself is of IPv6 */
        n = machine_caught(packet, size, NULL);
    } while (n > 0 && *(uint8_t *)packet >> 4 == 6);
    return n;
}

const struct wire_link wire_link = {machine_deliver, caught};

struct segment expect(struct wire *w, unsigned flags, size_t size)
{
    struct segment s;
    assert_true(wire_receive(w, &s));
    assert_int_equal(s.flags, flags);
    assert_int_equal(s.size, size);
    return s;
}

void expect_nothing(struct wire *w)
{
    struct segment s;
    assert_false(wire_receive(w, &s));
}
