/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ELF file that ld.lld has made: what is in it, and the marks that make it an image. It is
 * trusted as the linker's own work. One thread, no locks.
 */
#include "driver.h"

#include <hermit/boot_abi.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        fail("%s: %s", path, strerror(errno));
    return fd;
}

static bool is_elf(int fd)
{
    char start[SELFMAG];

    return pread(fd, start, SELFMAG, 0) == SELFMAG && memcmp(start, ELFMAG, SELFMAG) == 0;
}

/* The whole file; it stays mapped to the end of the process. */
static const char *map_file(const char *path, int fd)
{
    struct stat info;
    void *bytes = MAP_FAILED;

    if (fstat(fd, &info) == 0)
        bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        fail("%s: %s", path, strerror(errno));
    return bytes;
}

static bool has_irelative(const Elf64_Rela *rela, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ELF64_R_TYPE(rela[i].r_info) == R_X86_64_IRELATIVE)
            return true;
    }
    return false;
}

bool has_indirect_functions(const char *path)
{
    int fd = open_file(path);
    bool found = false;

    if (is_elf(fd)) {
        const char *file = map_file(path, fd);
        const Elf64_Ehdr *header = (const void *)file;
        const Elf64_Shdr *section = (const void *)(file + header->e_shoff);
        for (size_t i = 0; i < header->e_shnum; i++) {
            if (section[i].sh_type == SHT_RELA && (section[i].sh_flags & SHF_ALLOC) != 0)
                found |= has_irelative((const void *)(file + section[i].sh_offset),
                                       section[i].sh_size / sizeof(Elf64_Rela));
        }
    }
    close(fd);
    return found;
}

static void write_at(const char *path, int fd, const void *data, size_t size, size_t at)
{
    if (pwrite(fd, data, size, (off_t)at) != (ssize_t)size)
        fail("%s: %s", path, strerror(errno));
}

static void make_stack_executable(const char *path, int fd)
{
    const char *file = map_file(path, fd);
    const Elf64_Ehdr *header = (const void *)file;

    for (size_t i = 0; i < header->e_phnum; i++) {
        size_t at = header->e_phoff + i * sizeof(Elf64_Phdr);
        Elf64_Phdr segment = *(const Elf64_Phdr *)(file + at);
        segment.p_flags |= PF_X;
        if (segment.p_type == PT_GNU_STACK)
            write_at(path, fd, &segment, sizeof(segment), at);
    }
}

void mark_image(const char *path, bool executable_stack)
{
    static const unsigned char marks[] = {HERMIT_ELF_OSABI, HERMIT_ELF_ABIVERSION};
    int fd = open_file(path);

    if (is_elf(fd)) {
        write_at(path, fd, marks, sizeof(marks), EI_OSABI);
        if (executable_stack)
            make_stack_executable(path, fd);
    }
    close(fd);
}
