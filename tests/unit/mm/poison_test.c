/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel objects of a debug kernel: misuse of a freed object is reported. */
#include "machine.h"

static jmp_buf reported;
static char report[300];

_Noreturn void panic(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(report, sizeof(report), fmt, ap);
    va_end(ap);
    longjmp(reported, 1);
}

/* Allocates and frees until all objects freed before have left the quarantine. */
static void pass_time(size_t size)
{
    for (unsigned i = 0; i < QUARANTINE_OBJECTS; i++)
        kfree(kmalloc(size));
}

static void freed_objects_wait(void **state)
{
    (void)state;
    void *p = kmalloc(100);
    kfree(p);
    for (unsigned i = 0; i < QUARANTINE_OBJECTS / 2; i++) {
        void *q = kmalloc(100);
        assert_ptr_not_equal(p, q);
        kfree(q);
    }
}

static void new_objects_hold_no_old_data(void **state)
{
    (void)state;
    char *p = kmalloc(64);
    memset(p, 'x', 64);
    kfree(p);
    pass_time(64);
    for (int i = 0; i < 100; i++) {
        p = kmalloc(64);
        for (int j = 0; j < 64; j++)
            assert_int_equal(p[j], 0x5a);
    }
}

static void a_write_after_the_free_is_found(void **state)
{
    (void)state;
    char *p = kmalloc(100);
    kfree(p);
    p[70] = 1;
    if (setjmp(reported) == 0) {
        pass_time(100);
        fail();
    }
    assert_non_null(strstr(report, "of 128 bytes was written to after it was freed"));
    assert_non_null(strstr(report, "byte 70 is 0x1"));
    p[70] = (char)0xdb;
}

static void a_write_after_the_quarantine_is_found(void **state)
{
    (void)state;
    char *p = kmalloc(700), *q;
    kfree(p);
    pass_time(700);
    p[600] = 1;
    if (setjmp(reported) == 0) {
        do
            q = kmalloc(700);
        while (q != NULL);
        fail();
    }
    assert_non_null(strstr(report, "was written to"));
    p[600] = (char)0xdb;
}

static void a_second_free_is_found(void **state)
{
    (void)state;
    void *p = kmalloc(40);
    kfree(p);
    if (setjmp(reported) == 0) {
        kfree(p);
        fail();
    }
    assert_non_null(strstr(report, "of 48 bytes is freed a second time"));
}

static void the_quarantine_is_open_when_memory_is_short(void **state)
{
    (void)state;
    static void *held[RAM / 2048];
    unsigned nr = 0;
    while ((held[nr] = kmalloc(2048)) != NULL)
        nr++;
    kfree(held[--nr]);
    assert_non_null(held[nr] = kmalloc(2048));
    assert_null(kmalloc(2048));
    for (unsigned i = 0; i <= nr; i++)
        kfree(held[i]);
}

static int boot(void **state)
{
    (void)state;
    boot_info.nr_ram = 1;
    boot_info.ram[0] = (struct boot_region){0x100000, RAM};
    machine_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freed_objects_wait),
        cmocka_unit_test(new_objects_hold_no_old_data),
        cmocka_unit_test(a_write_after_the_free_is_found),
        cmocka_unit_test(a_second_free_is_found),
        cmocka_unit_test(the_quarantine_is_open_when_memory_is_short),
        cmocka_unit_test(a_write_after_the_quarantine_is_found), /* leaves no memory */
    };
    return cmocka_run_group_tests(tests, boot, machine_end);
}
