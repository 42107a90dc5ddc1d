/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads ELF files (System V gABI, x86-64 psABI) that may be damaged: checks every offset against
 * the file's size before use. No state, no locks.
 */
#include "image.h"

#include "report.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define HERMIT_NOTE_LINKED       1 /* toolchain/hermit.lds */
#define LINKED_THREADS           1u
#define LINKED_FILES             2u
#define LINKED_NETWORK           4u

static bool in_file(const struct image *image, uint64_t offset, uint64_t size)
{
    return offset <= image->size && size <= image->size - offset;
}

static Elf64_Phdr program_header(const struct image *image, unsigned index)
{
    Elf64_Ehdr header;
    Elf64_Phdr result;
    memcpy(&header, image->data, sizeof(header));
    memcpy(&result, image->data + header.e_phoff + index * sizeof(result), sizeof(result));
    return result;
}

static Elf64_Shdr section_header(const struct image *image, unsigned index)
{
    Elf64_Ehdr header;
    Elf64_Shdr result;
    memcpy(&header, image->data, sizeof(header));
    memcpy(&result, image->data + header.e_shoff + index * sizeof(result), sizeof(result));
    return result;
}

/* Xen's note gives the 32-bit physical entry (PVH); Hermit's says what is linked. */
static void take_note(struct image *image, const Elf64_Nhdr *note, const uint8_t *name,
                      const uint8_t *content, bool *pvh)
{
    uint32_t word;
    if (note->n_descsz < sizeof(word)) {
        return;
    }
    memcpy(&word, content, sizeof(word));
    if (note->n_type == XEN_ELFNOTE_PHYS32_ENTRY && note->n_namesz == 4 &&
        memcmp(name, "Xen", 4) == 0) {
        *pvh = true;
    }
    if (note->n_type == HERMIT_NOTE_LINKED && note->n_namesz == 7 &&
        memcmp(name, "Hermit", 7) == 0) {
        image->links_threads = (word & LINKED_THREADS) != 0;
        image->links_files = (word & LINKED_FILES) != 0;
        image->links_network = (word & LINKED_NETWORK) != 0;
    }
}

/* Reads the notes in [offset, offset + size), a range inside the file. */
static void take_notes(struct image *image, uint64_t offset, uint64_t size, bool *pvh)
{
    while (size >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        memcpy(&note, image->data + offset, sizeof(note));
        uint64_t name_size = ((uint64_t)note.n_namesz + 3) & ~3ULL;
        uint64_t total = sizeof(note) + name_size + (((uint64_t)note.n_descsz + 3) & ~3ULL);
        if (total > size) {
            return;
        }
        const uint8_t *name = image->data + offset + sizeof(note);
        take_note(image, &note, name, name + name_size, pvh);
        offset += total;
        size -= total;
    }
}

static const char *check_header(const struct image *image, Elf64_Ehdr *header)
{
    if (image->size < SELFMAG || memcmp(image->data, ELFMAG, SELFMAG) != 0) {
        return "not an ELF file";
    }
    if (image->size < sizeof(*header)) {
        return "truncated ELF file";
    }
    memcpy(header, image->data, sizeof(*header));
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64) {
        return "not an x86-64 ELF file";
    }
    if (header->e_type != ET_EXEC && header->e_type != ET_DYN) {
        return "not an executable (is it an object file?)";
    }
    if (header->e_phnum == 0 || header->e_phentsize != sizeof(Elf64_Phdr)) {
        return "ELF file without usable program headers";
    }
    if (!in_file(image, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr))) {
        return "truncated ELF file";
    }
    return NULL;
}

static const char *check_segments(struct image *image, unsigned count, bool *pvh)
{
    bool loaded = false;
    for (unsigned i = 0; i < count; i++) {
        Elf64_Phdr segment = program_header(image, i);
        if (segment.p_type == PT_NULL) {
            continue;
        }
        if (!in_file(image, segment.p_offset, segment.p_filesz)) {
            return "truncated ELF file";
        }
        if (segment.p_type == PT_NOTE) {
            take_notes(image, segment.p_offset, segment.p_filesz, pvh);
        }
        if (segment.p_type == PT_LOAD) {
            uint64_t end;
            if (__builtin_add_overflow(segment.p_paddr, segment.p_memsz, &end)) {
                return "ELF segment outside the address space";
            }
            loaded = true;
            image->memory_end = end > image->memory_end ? end : image->memory_end;
        }
    }
    return loaded ? NULL : "ELF file without a loadable segment";
}

/* True if a .debug_line section exists: only then is a symboliser worth running. */
static bool find_debug_line(const struct image *image, const Elf64_Ehdr *header)
{
    if (header->e_shstrndx >= header->e_shnum) {
        return false;
    }
    Elf64_Shdr names = section_header(image, header->e_shstrndx);
    static const char wanted[] = ".debug_line";
    for (unsigned i = 0; i < header->e_shnum; i++) {
        uint64_t name = section_header(image, i).sh_name;
        if (name + sizeof(wanted) <= names.sh_size &&
            in_file(image, names.sh_offset, names.sh_size) &&
            memcmp(image->data + names.sh_offset + name, wanted, sizeof(wanted)) == 0) {
            return true;
        }
    }
    return false;
}

const char *image_check(struct image *image)
{
    Elf64_Ehdr header;
    bool pvh = false;
    const char *reason = check_header(image, &header);
    if (reason != NULL) {
        return reason;
    }
    reason = check_segments(image, header.e_phnum, &pvh);
    if (reason != NULL) {
        return reason;
    }
    if (!pvh) {
        return "not a Hermit image (no PVH entry; was it linked for x86_64-hermit?)";
    }
    if (header.e_shnum != 0) {
        if (header.e_shentsize != sizeof(Elf64_Shdr) ||
            !in_file(image, header.e_shoff, (uint64_t)header.e_shnum * sizeof(Elf64_Shdr))) {
            return "truncated ELF file";
        }
        image->has_debug_info = find_debug_line(image, &header);
    }
    return NULL;
}

int image_open(struct image *image, const char *path)
{
    struct stat info;
    *image = (struct image){.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0) {
        int error = errno;
        if (fd >= 0) {
            close(fd);
        }
        return fail("image '%s': %s", path, strerror(error));
    }
    if (!S_ISREG(info.st_mode) || info.st_size == 0) {
        close(fd);
        return fail("image '%s': %s", path,
                    S_ISREG(info.st_mode) ? "empty file" : "not a regular file");
    }
    image->size = (size_t)info.st_size;
    void *data = mmap(NULL, image->size, PROT_READ, MAP_PRIVATE, fd, 0);
    int error = errno;
    close(fd);
    if (data == MAP_FAILED) {
        return fail("image '%s': %s", path, strerror(error));
    }
    image->data = data;
    const char *reason = image_check(image);
    if (reason != NULL) {
        image_close(image);
        return fail("image '%s': %s", path, reason);
    }
    return 0;
}

void image_close(struct image *image)
{
    if (image->data != NULL) {
        munmap((void *)(uintptr_t)image->data, image->size);
        image->data = NULL;
    }
}

bool image_segment_at(const struct image *image, uint64_t address, struct image_segment *segment)
{
    Elf64_Ehdr header;
    memcpy(&header, image->data, sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr found = program_header(image, i);
        if (found.p_type == PT_LOAD && address - found.p_vaddr < found.p_filesz) {
            *segment = (struct image_segment){
                .bytes = image->data + found.p_offset,
                .size = found.p_filesz,
                .address = found.p_vaddr,
                .is_code = (found.p_flags & PF_X) != 0,
            };
            return true;
        }
    }
    return false;
}

bool image_is_code(const struct image *image, uint64_t address)
{
    struct image_segment segment;
    return image_segment_at(image, address, &segment) && segment.is_code;
}

uint64_t image_frame_table(const struct image *image)
{
    Elf64_Ehdr header;
    memcpy(&header, image->data, sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment = program_header(image, i);
        if (segment.p_type == PT_GNU_EH_FRAME) {
            return segment.p_vaddr;
        }
    }
    return 0;
}

/* The best symbol found so far; a sized one that contains the address beats all others. */
struct match {
    const char *name;
    uint64_t start;
    bool inside;
};

static const char *string_at(const struct image *image, const Elf64_Shdr *strings, uint64_t offset)
{
    if (offset >= strings->sh_size || !in_file(image, strings->sh_offset, strings->sh_size)) {
        return NULL;
    }
    const char *text = (const char *)image->data + strings->sh_offset + offset;
    return memchr(text, '\0', strings->sh_size - offset) != NULL ? text : NULL;
}

/* False for link-script markers, data, and symbols of sections other than the address's. */
static bool is_code(const struct image *image, const Elf64_Sym *symbol, uint64_t address)
{
    Elf64_Ehdr header;
    memcpy(&header, image->data, sizeof(header));
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= header.e_shnum) {
        return false;
    }
    Elf64_Shdr section = section_header(image, symbol->st_shndx);
    return (section.sh_flags & SHF_EXECINSTR) != 0 && address - section.sh_addr < section.sh_size;
}

static void consider(const struct image *image, const Elf64_Shdr *strings, const Elf64_Sym *symbol,
                     uint64_t address, struct match *best)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    if ((type != STT_FUNC && type != STT_NOTYPE) || symbol->st_value > address ||
        !is_code(image, symbol, address)) {
        return;
    }
    bool inside = address - symbol->st_value < symbol->st_size;
    bool sized_elsewhere = symbol->st_size != 0 && !inside;
    if (sized_elsewhere || (best->inside && !inside) ||
        (best->name != NULL && inside == best->inside && symbol->st_value < best->start)) {
        return;
    }
    const char *name = string_at(image, strings, symbol->st_name);
    if (name != NULL && name[0] != '\0') {
        *best = (struct match){name, symbol->st_value, inside};
    }
}

static void search_table(const struct image *image, const Elf64_Shdr *table,
                         const Elf64_Shdr *strings, uint64_t address, struct match *best)
{
    if (!in_file(image, table->sh_offset, table->sh_size)) {
        return;
    }
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        memcpy(&symbol, image->data + table->sh_offset + at, sizeof(symbol));
        consider(image, strings, &symbol, address, best);
    }
}

const char *image_symbol(const struct image *image, uint64_t address, uint64_t *offset)
{
    Elf64_Ehdr header;
    struct match best = {NULL, 0, false};
    memcpy(&header, image->data, sizeof(header));
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr table = section_header(image, i);
        if (table.sh_type == SHT_SYMTAB && table.sh_link < header.e_shnum) {
            Elf64_Shdr strings = section_header(image, table.sh_link);
            search_table(image, &table, &strings, address, &best);
        }
    }
    if (best.name != NULL) {
        *offset = address - best.start;
    }
    return best.name;
}

static uint64_t search_name(const struct image *image, const Elf64_Shdr *table,
                            const Elf64_Shdr *strings, const char *wanted, struct image_range range)
{
    if (!in_file(image, table->sh_offset, table->sh_size)) {
        return 0;
    }
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        memcpy(&symbol, image->data + table->sh_offset + at, sizeof(symbol));
        if (symbol.st_shndx == SHN_UNDEF || symbol.st_value < range.start ||
            symbol.st_value >= range.end) {
            continue;
        }
        const char *name = string_at(image, strings, symbol.st_name);
        if (name != NULL && strcmp(name, wanted) == 0) {
            return symbol.st_value;
        }
    }
    return 0;
}

uint64_t image_symbol_address(const struct image *image, const char *name, struct image_range range)
{
    Elf64_Ehdr header;
    uint64_t address = 0;
    memcpy(&header, image->data, sizeof(header));
    for (unsigned i = 0; i < header.e_shnum && address == 0; i++) {
        Elf64_Shdr table = section_header(image, i);
        if (table.sh_type == SHT_SYMTAB && table.sh_link < header.e_shnum) {
            Elf64_Shdr strings = section_header(image, table.sh_link);
            address = search_name(image, &table, &strings, name, range);
        }
    }
    return address;
}
