/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers, sizes and durations of the command line. */
#include "unit.h"

#include "parse.h"

static void numbers(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_int_equal(parse_number("255", 1, 255, &value), 0);
    assert_int_equal(value, 255);
    static const char *const bad[] = {"",   "0",  "256",  "-1",  "+1",
                                      " 1", "1 ", "0x10", "1.5", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse_number(bad[i], 1, 255, &value), -1);
    }
    assert_int_equal(value, 255);
}

static void sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"512", 512ULL << 20}, {"1K", 1024},
        {"1k", 1024},          {"64M", 64ULL << 20},
        {"8G", 8ULL << 30},    {"8GiB", 8ULL << 30},
        {"2T", 2ULL << 40},    {"3MB", 3ULL << 20},
        {"4096B", 4096},       {"0", 0},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t bytes = 1;
        assert_int_equal(parse_size(good[i].text, 1ULL << 20, &bytes), 0);
        assert_int_equal(bytes, good[i].bytes);
    }
    static const char *const bad[] = {"", "M", "1X", "1Mi", "1MM", "-1M", "1 M", "99999999999999T"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint64_t bytes;
        assert_int_equal(parse_size(bad[i], 1, &bytes), -1);
    }
}

static void seconds(void **state)
{
    (void)state;
    uint64_t ms;
    assert_int_equal(parse_seconds("10", &ms), 0);
    assert_int_equal(ms, 10000);
    assert_int_equal(parse_seconds("0.25", &ms), 0);
    assert_int_equal(ms, 250);
    assert_int_equal(parse_seconds("1.0009", &ms), 0);
    assert_int_equal(ms, 1000);
    assert_int_equal(parse_seconds("0", &ms), -1);
    assert_int_equal(parse_seconds("-1", &ms), -1);
    assert_int_equal(parse_seconds("1s", &ms), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(sizes),
        cmocka_unit_test(seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
