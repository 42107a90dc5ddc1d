/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's ChaCha20 block function against the vector of RFC 8439, 2.3.2. */
#include "unit.h"

#include "chacha.h"

static void rfc_8439(void **state)
{
    (void)state;
    static const uint32_t nonce[3] = {0x09000000, 0x4a000000, 0};
    static const uint32_t expected[16] = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
                                          0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                                          0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                                          0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
    uint32_t key[8];
    uint32_t out[16];
    for (uint32_t i = 0; i < 8; i++) {
        key[i] = 0x03020100 + i * 0x04040404;
    }
    chacha20_block(key, 1, nonce, out);
    assert_memory_equal(out, expected, sizeof(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rfc_8439)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
