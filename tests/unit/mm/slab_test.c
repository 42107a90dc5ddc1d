/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames and kernel objects on a machine of 16 MiB: alignment, no overlap, no leaks. */
#include "machine.h"

_Noreturn void panic(const char *fmt, ...)
{
    puts(fmt);
    abort();
}

static uint64_t free_bytes(void)
{
    struct frame_stats st;
    frame_stats(&st);
    return st.free;
}

static void reserved_memory_is_left_alone(void **state)
{
    (void)state;
    uint64_t before = free_bytes();
    paddr_t frame[4096];
    unsigned nr = 0;
    while ((frame[nr] = frame_alloc(0, FRAME_CRITICAL)) != FRAME_NONE) {
        paddr_t pa = frame[nr++];
        assert_true(pa >= PAGE_SIZE && pa < RAM); /* page 0 is the firmware's */
        assert_false(pa >= 0x200000 && pa < 0x280000);
        assert_false(pa >= virt_to_phys(frame_table) &&
                     pa < virt_to_phys(frame_table) + RAM / PAGE_SIZE * sizeof(struct frame));
        memset(phys_to_virt(pa), 0xee, PAGE_SIZE);
    }
    while (nr != 0)
        frame_free(frame[--nr], 0);
    assert_int_equal(free_bytes(), before);
}

/* Takes frames until none is left for `flags`. Returns their number. */
static unsigned take_all(paddr_t *frame, unsigned flags)
{
    unsigned nr = 0;
    while ((frame[nr] = frame_alloc(0, flags)) != FRAME_NONE)
        nr++;
    return nr;
}

static void give_back(const paddr_t *frame, unsigned nr)
{
    while (nr != 0)
        frame_free(frame[--nr], 0);
}

/* Ordinary allocations fail first, then those for freeing, for page faults, and critical ones. */
static void each_kind_leaves_the_next_its_share(void **state)
{
    (void)state;
    static paddr_t objects[4096], faults[4096], critical[4096];
    unsigned nr_objects = take_all(objects, 0);
    assert_null(kmalloc(4096));
    unsigned nr_freeing = take_all(faults, FRAME_FREEING);
    assert_true(nr_freeing >= 32);
    assert_null(kmalloc_for(4096, FRAME_FREEING));
    unsigned nr_faults = nr_freeing + take_all(faults + nr_freeing, FRAME_FAULT);
    assert_true(nr_faults - nr_freeing >= 32);
    assert_null(kmalloc_for(4096, FRAME_FAULT));
    assert_int_equal(take_all(objects + nr_objects, 0), 0);
    unsigned nr_critical = take_all(critical, FRAME_CRITICAL);
    assert_true(nr_critical >= 64);
    give_back(critical, nr_critical);
    give_back(faults, nr_faults);
    give_back(objects, nr_objects);
}

/* An allocation for a fault fills no cache from which ordinary ones could then take. */
static void turns_at_faults_give_objects_nothing(void **state)
{
    (void)state;
    static paddr_t objects[4096], faults[64];
    unsigned nr_objects = take_all(objects, 0);
    for (unsigned i = 0; i < 64; i++) {
        faults[i] = frame_alloc(0, FRAME_FAULT);
        assert_true(faults[i] != FRAME_NONE);
        assert_true(frame_alloc(0, 0) == FRAME_NONE);
        frame_free(frame_alloc(0, FRAME_FAULT), 0);
        assert_true(frame_alloc(0, 0) == FRAME_NONE);
    }
    give_back(faults, 64);
    give_back(objects, nr_objects);
}

static void zeroed_frames_and_references(void **state)
{
    (void)state;
    paddr_t pa = frame_alloc(2, FRAME_ZERO);
    const char *p = phys_to_virt(pa);
    for (size_t i = 0; i < 4 * PAGE_SIZE; i++)
        assert_int_equal(p[i], 0);
    uint64_t before = free_bytes();
    frame_get(pa);
    frame_put(pa, 2);
    assert_int_equal(free_bytes(), before);
    frame_put(pa, 2);
    assert_int_equal(free_bytes(), before + 4 * PAGE_SIZE);
}

static void objects_are_aligned_and_apart(void **state)
{
    (void)state;
    struct {
        unsigned char *p;
        size_t size;
    } held[400] = {0};
    srand(5);
    for (int i = 0; i < 100000; i++) {
        unsigned k = (unsigned)rand() % 400;
        unsigned char fill = (unsigned char)k;
        if (held[k].p != NULL) {
            for (size_t j = 0; j < held[k].size; j++)
                assert_int_equal(held[k].p[j], fill);
            kfree(held[k].p);
            held[k].p = NULL;
            continue;
        }
        size_t size = rand() % 50 == 0 ? 1 + (size_t)rand() % 20000 : 1 + (size_t)rand() % 700;
        held[k].p = kmalloc(size);
        held[k].size = size;
        assert_non_null(held[k].p);
        assert_true(IS_ALIGNED((uintptr_t)held[k].p, size % 64 == 0 ? 64 : 16));
        memset(held[k].p, fill, size);
    }
    for (unsigned k = 0; k < 400; k++)
        kfree(held[k].p);
}

static void realloc_keeps_contents(void **state)
{
    (void)state;
    char *p = kmalloc(10);
    strcpy(p, "contents");
    for (size_t size = 20; size < 100000; size *= 3) {
        p = krealloc(p, size);
        assert_string_equal(p, "contents");
    }
    p = krealloc(p, 16);
    assert_string_equal(p, "contents");
    kfree(p);
}

static void caches_of_own_size(void **state)
{
    (void)state;
    struct kmem_cache *c = kmem_cache_create("test", 200, 64);
    void *object[100];
    assert_null(kmem_cache_create("large", KMEM_OBJECT_MAX + 1, 0));
    for (int i = 0; i < 100; i++) {
        object[i] = kmem_cache_alloc(c, 0);
        assert_true(IS_ALIGNED((uintptr_t)object[i], 64));
        memset(object[i], i, 200);
    }
    for (int i = 0; i < 100; i++) {
        assert_int_equal(((unsigned char *)object[i])[199], i);
        kmem_cache_free(c, object[i]);
    }
}

static int boot(void **state)
{
    (void)state;
    boot_info.nr_ram = 2;
    boot_info.ram[0] = (struct boot_region){0, 0x9f000};
    boot_info.ram[1] = (struct boot_region){0x100000, RAM};
    boot_info.nr_reserved = 1;
    boot_info.reserved[0] = (struct boot_region){0x200000, 0x280000};
    machine_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_memory_is_left_alone),
        cmocka_unit_test(each_kind_leaves_the_next_its_share),
        cmocka_unit_test(turns_at_faults_give_objects_nothing),
        cmocka_unit_test(zeroed_frames_and_references),
        cmocka_unit_test(objects_are_aligned_and_apart),
        cmocka_unit_test(realloc_keeps_contents),
        cmocka_unit_test(caches_of_own_size),
    };
    return cmocka_run_group_tests(tests, boot, machine_end);
}
