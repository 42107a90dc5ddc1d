/* SPDX-License-Identifier: BSD-3-Clause */
/* The image check on generated ELF files: valid, truncated at every byte, and damaged. */
#include "unit.h"

#include "image.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    struct {
        Elf64_Nhdr head;
        char name[4];
        uint32_t entry;
    } note;
    char names[32];
    Elf64_Sym symbols[3];
    Elf64_Shdr sections[4];
};

static const char names[32] = "\0main\0helper\0.debug_line";

static struct sample make(void)
{
    struct sample s = {
        .header = {.e_type = ET_DYN,
                   .e_machine = EM_X86_64,
                   .e_phoff = offsetof(struct sample, segments),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 2,
                   .e_shoff = offsetof(struct sample, sections),
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 4,
                   .e_shstrndx = 2},
        .note = {{4, 4, 18}, "Xen", 0x100000},
    };
    memcpy(s.header.e_ident, ELFMAG, SELFMAG);
    s.header.e_ident[EI_CLASS] = ELFCLASS64;
    s.segments[0] = (Elf64_Phdr){
        .p_type = PT_LOAD, .p_paddr = 0x100000, .p_filesz = sizeof(s), .p_memsz = 0x3000};
    s.segments[1] = (Elf64_Phdr){
        .p_type = PT_NOTE, .p_offset = offsetof(struct sample, note), .p_filesz = sizeof(s.note)};
    memcpy(s.names, names, sizeof(names));
    s.symbols[1] = (Elf64_Sym){1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, 0x1000, 0x20};
    s.symbols[2] = (Elf64_Sym){6, ELF64_ST_INFO(STB_LOCAL, STT_FUNC), 0, 1, 0x1020, 0x10};
    s.sections[1] = (Elf64_Shdr){.sh_type = SHT_PROGBITS,
                                 .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                                 .sh_addr = 0x1000,
                                 .sh_size = 0x100};
    s.sections[2] = (Elf64_Shdr){.sh_type = SHT_STRTAB,
                                 .sh_offset = offsetof(struct sample, names),
                                 .sh_size = sizeof(s.names)};
    s.sections[3] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                                 .sh_offset = offsetof(struct sample, symbols),
                                 .sh_size = sizeof(s.symbols),
                                 .sh_link = 2};
    return s;
}

/* Checks `size` bytes of the sample in a block of that size, so that ASan detects any overrun. */
static const char *check(const struct sample *s, size_t size, struct image *image)
{
    uint8_t *copy = malloc(size != 0 ? size : 1);
    memcpy(copy, s, size);
    *image = (struct image){.path = "sample", .data = copy, .size = size};
    const char *reason = image_check(image);
    free(copy);
    image->data = (const uint8_t *)s;
    return reason;
}

static void whole(void **state)
{
    (void)state;
    struct sample s = make();
    struct image image;
    assert_null(check(&s, sizeof(s), &image));
    assert_int_equal(image.memory_end, 0x103000);
    assert_false(image.has_debug_info);
    s.sections[1].sh_name = 13;
    assert_null(check(&s, sizeof(s), &image));
    assert_true(image.has_debug_info);
}

static void truncated(void **state)
{
    (void)state;
    struct sample s = make();
    struct image image;
    for (size_t size = 0; size < sizeof(s); size++) {
        assert_non_null(check(&s, size, &image));
    }
}

static void refused(void **state)
{
    (void)state;
    struct image image;
    struct sample s = make();
    s.note.head.n_type = 17;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.header.e_machine = EM_AARCH64;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.header.e_type = ET_REL;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.segments[0].p_offset = UINT64_MAX - 1;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.segments[0].p_paddr = UINT64_MAX - 1;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.note.head.n_namesz = UINT32_MAX;
    assert_non_null(check(&s, sizeof(s), &image));
    s = make();
    s.header.e_phoff = UINT64_MAX - 8;
    assert_non_null(check(&s, sizeof(s), &image));
}

/* Any byte may be wrong: no crash, whatever the verdict. */
static void damaged(void **state)
{
    (void)state;
    struct image image;
    for (size_t at = 0; at < sizeof(struct sample); at++) {
        struct sample s = make();
        uint64_t offset;
        ((uint8_t *)&s)[at] ^= 0xff;
        if (check(&s, sizeof(s), &image) == NULL) {
            image_symbol(&image, 0x1010, &offset);
            image_symbol_address(&image, "helper", (struct image_range){0, UINT64_MAX});
        }
    }
}

static void symbols(void **state)
{
    (void)state;
    struct sample s = make();
    struct image image;
    uint64_t offset = 0;
    assert_null(check(&s, sizeof(s), &image));
    assert_string_equal(image_symbol(&image, 0x1000, &offset), "main");
    assert_int_equal(offset, 0);
    assert_string_equal(image_symbol(&image, 0x101f, &offset), "main");
    assert_int_equal(offset, 0x1f);
    assert_string_equal(image_symbol(&image, 0x1028, &offset), "helper");
    assert_null(image_symbol(&image, 0xfff, &offset));
    assert_null(image_symbol(&image, 0x1030, &offset));
    assert_null(image_symbol(&image, 0x999999, &offset));
}

/* A name may stand for several symbols; one that is only used here is at no address. */
static void names_in_a_range(void **state)
{
    (void)state;
    static const struct image_range all = {0, UINT64_MAX}, rest = {0x1001, 0x1021};
    struct sample s = make();
    struct image image;
    s.symbols[2].st_name = s.symbols[1].st_name;
    assert_null(check(&s, sizeof(s), &image));
    assert_int_equal(image_symbol_address(&image, "main", all), 0x1000);
    assert_int_equal(image_symbol_address(&image, "main", rest), 0x1020);
    assert_int_equal(image_symbol_address(&image, "helper", all), 0);
    assert_int_equal(image_symbol_address(&image, "main", (struct image_range){0x1001, 0x1020}), 0);
    s.symbols[2].st_shndx = SHN_UNDEF;
    assert_int_equal(image_symbol_address(&image, "main", rest), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),   cmocka_unit_test(truncated), cmocka_unit_test(refused),
        cmocka_unit_test(damaged), cmocka_unit_test(symbols),   cmocka_unit_test(names_in_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
