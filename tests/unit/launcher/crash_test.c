/* SPDX-License-Identifier: BSD-3-Clause */
/* Crash reports of an image without call-frame information, and damaged ones of everything. */
#include "unit.h"

#include "crash.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define BIAS  0x550000000000u
#define CODE  0x1000u /* link address of `code` */
#define STACK 0x7ffe00001000u

struct sample {
    Elf64_Ehdr header;
    Elf64_Phdr segments[3];
    struct {
        Elf64_Nhdr head;
        char name[4];
        uint32_t entry;
    } note;
    uint8_t code[64]; /* call instructions that end at 16, by E8, and at 32, by FF */
    uint8_t tables[64];
};

static struct sample make(void)
{
    struct sample s = {
        .header = {.e_type = ET_DYN,
                   .e_machine = EM_X86_64,
                   .e_phoff = offsetof(struct sample, segments),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 3},
        .note = {{4, 4, 18}, "Xen", 0x100000},
    };
    memcpy(s.header.e_ident, ELFMAG, SELFMAG);
    s.header.e_ident[EI_CLASS] = ELFCLASS64;
    s.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                 .p_flags = PF_X,
                                 .p_offset = offsetof(struct sample, code),
                                 .p_vaddr = CODE,
                                 .p_filesz = sizeof(s.code) + sizeof(s.tables)};
    s.segments[1] = (Elf64_Phdr){
        .p_type = PT_NOTE, .p_offset = offsetof(struct sample, note), .p_filesz = sizeof(s.note)};
    s.segments[2] = (Elf64_Phdr){.p_type = PT_GNU_EH_FRAME, .p_vaddr = CODE + sizeof(s.code)};
    s.code[11] = 0xe8;
    s.code[30] = 0xff;
    s.code[31] = 0xd0;
    return s;
}

/* A report with the registers and the stack given. Returns its text (release by free). */
static char *report(const struct sample *s, const struct hermit_registers *registers,
                    const uint64_t *stack, size_t words)
{
    struct image image = {.path = "", .data = (const uint8_t *)s, .size = sizeof(*s)};
    struct crash crash = {.nr_parts = 0};
    struct {
        struct hermit_crash head;
        uint64_t frame;
    } message = {{BIAS, 1, 0}, registers->rip};
    uint64_t part[65] = {STACK};
    memcpy(part + 1, stack, words * sizeof(*stack));
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_true(crash_take_registers(&crash, (const uint8_t *)registers, sizeof(*registers)));
    assert_true(crash_take_stack(&crash, (const uint8_t *)part, (words + 1) * sizeof(*part)));
    assert_true(crash_print(out, &crash, &image, (const uint8_t *)&message, sizeof(message)));
    crash_free(&crash);
    fclose(out);
    return text;
}

static void frame_pointers_and_guesses(void **state)
{
    (void)state;
    struct sample s = make();
    const uint64_t stack[] = {1, STACK + 24,       BIAS + CODE + 16,
                              7, BIAS + CODE + 17, BIAS + CODE + 32};
    struct hermit_registers registers = {.rip = BIAS + CODE + 5, .rsp = STACK, .rbp = STACK + 8};
    char *text = report(&s, &registers, stack, 6);
    assert_string_equal(text, "  (calls from #2 on found by looking through the stack; some may be "
                              "old)\n"
                              "  #0 0x0000550000001005 ??\n"
                              "  #1 0x0000550000001010 ??\n"
                              "  #2 0x0000550000001020 ??\n");
    free(text);
}

static void parts_of_the_stack(void **state)
{
    (void)state;
    struct crash crash = {.nr_parts = 0};
    uint64_t message[3] = {STACK, 1, 2};
    assert_false(crash_take_stack(&crash, (const uint8_t *)message, 7));
    assert_true(crash_take_stack(&crash, (const uint8_t *)message, sizeof(message)));
    message[0] = STACK + 16;
    assert_true(crash_take_stack(&crash, (const uint8_t *)message, sizeof(message)));
    assert_int_equal(crash.nr_parts, 1);
    for (unsigned i = 0; i < 2 * CRASH_PARTS_MAX; i++) {
        message[0] += 4096;
        assert_true(crash_take_stack(&crash, (const uint8_t *)message, sizeof(message)));
    }
    assert_int_equal(crash.nr_parts, CRASH_PARTS_MAX);
    uint64_t value;
    const struct unwind_memory memory = {crash.parts, crash.nr_parts};
    assert_true(unwind_read(&memory, STACK + 24, &value));
    assert_int_equal(value, 2);
    assert_false(unwind_read(&memory, STACK + 32, &value));
    assert_false(unwind_read(&memory, STACK - 1, &value));
    crash_free(&crash);
}

static void damaged_messages(void **state)
{
    (void)state;
    struct sample s = make();
    struct image image = {.path = "", .data = (const uint8_t *)&s, .size = sizeof(s)};
    struct crash crash = {.nr_parts = 0};
    const struct hermit_crash heads[] = {{0, 1, 0}, {0, 0, 1}, {0, UINT32_MAX, 8}};
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        assert_false(
            crash_print(stdout, &crash, &image, (const uint8_t *)&heads[i], sizeof(heads[i])));
        assert_false(crash_print(stdout, &crash, &image, (const uint8_t *)&heads[i], i));
    }
    assert_false(crash_take_registers(&crash, (const uint8_t *)&s, 8));
}

static void noise(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 200; round++) {
        struct sample s = make();
        uint64_t stack[64];
        struct hermit_registers registers = {.rip = BIAS + CODE + (uint64_t)rand() % 80,
                                             .rsp = STACK + (uint64_t)rand() % 64,
                                             .rbp = STACK + (uint64_t)rand() % 512};
        for (size_t i = 0; i < sizeof(s.tables); i++) {
            s.tables[i] = (uint8_t)rand();
        }
        uint64_t where = offsetof(struct sample, segments) + (uint64_t)rand() % sizeof(s.segments);
        ((uint8_t *)&s)[where] = (uint8_t)rand();
        for (size_t i = 0; i < 64; i++) {
            stack[i] = rand() % 2 != 0 ? BIAS + CODE + (uint64_t)rand() % 64
                                       : STACK + (uint64_t)rand() % 512;
        }
        struct image image = {.path = "", .data = (const uint8_t *)&s, .size = sizeof(s)};
        if (image_check(&image) == NULL) {
            free(report(&s, &registers, stack, 64));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_pointers_and_guesses),
        cmocka_unit_test(parts_of_the_stack),
        cmocka_unit_test(damaged_messages),
        cmocka_unit_test(noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
