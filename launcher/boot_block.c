/* SPDX-License-Identifier: BSD-3-Clause */
/* Boot block and initial RAM disk. No state, no locks; only initrd_create makes a file. */
#include "boot_block.h"

#include "cpio.h"
#include "options.h"
#include "qemu.h"
#include "report.h"
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t strings_size(const struct boot_settings *settings)
{
    uint64_t size = strlen(settings->cwd) + 1;
    for (size_t i = 0; i < settings->argc; i++) {
        size += strlen(settings->argv[i]) + 1;
    }
    for (size_t i = 0; i < settings->envc; i++) {
        size += strlen(settings->envp[i]) + 1;
    }
    for (size_t i = 0; i < settings->nr_shares; i++) {
        size += strlen(settings->shares[i].guest) + 1;
    }
    return size;
}

static char *append_string(char *at, const char *text)
{
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    return at + size;
}

static void append_strings(struct hermit_boot_block *block, const struct boot_settings *settings)
{
    char *at = (char *)block + block->strings_off;
    for (size_t i = 0; i < settings->argc; i++) {
        at = append_string(at, settings->argv[i]);
    }
    for (size_t i = 0; i < settings->envc; i++) {
        at = append_string(at, settings->envp[i]);
    }
    for (size_t i = 0; i < settings->nr_shares; i++) {
        block->shares[i] = (struct hermit_share){
            .cache = settings->shares[i].cache,
            .via = settings->shares[i].via,
            .path_off = (uint32_t)(at - (char *)block),
            .server_files = settings->shares[i].server_files,
        };
        at = append_string(at, settings->shares[i].guest);
    }
    append_string(at, settings->cwd);
}

struct hermit_boot_block *boot_block_build(const struct boot_settings *settings)
{
    uint64_t strings = strings_size(settings);
    if (strings > HERMIT_ARGS_MAX) {
        fail("arguments and environment take %llu bytes; %u are possible",
             (unsigned long long)strings, HERMIT_ARGS_MAX);
        return NULL;
    }
    uint64_t size = sizeof(struct hermit_boot_block) + strings;
    size = (size + HERMIT_BOOT_ALIGN - 1) & ~(uint64_t)(HERMIT_BOOT_ALIGN - 1);
    struct hermit_boot_block *block = calloc(1, size);
    if (block == NULL) {
        fail("out of memory");
        return NULL;
    }
    block->magic = HERMIT_BOOT_MAGIC;
    block->version = HERMIT_BOOT_VERSION;
    block->flags = settings->flags;
    block->size = size;
    block->tsc_hz = settings->tsc_hz;
    block->stack_size = settings->stack_size;
    block->root_pages = settings->root_pages;
    block->wall_ns = settings->wall_ns;
    memcpy(block->seed, settings->seed, sizeof(block->seed));
    block->argc = (uint32_t)settings->argc;
    block->envc = (uint32_t)settings->envc;
    block->strings_off = sizeof(*block);
    block->strings_size = (uint32_t)strings;
    block->rows = settings->rows;
    block->cols = settings->cols;
    block->chaos_seed = settings->chaos_seed;
    memcpy(block->termios, settings->termios, sizeof(block->termios));
    memcpy(block->streams, settings->streams, sizeof(settings->streams));
    block->nr_shares = (uint32_t)settings->nr_shares;
    block->uid = settings->uid;
    block->gid = settings->gid;
    block->network = settings->network;
    append_strings(block, settings);
    return block;
}

static int same_name(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return length == strcspn(b, "=") && memcmp(a, b, length) == 0;
}

const char **environment_merge(char **inherited, const char *const *added, size_t nr_added,
                               size_t *count)
{
    size_t n = 0;
    while (inherited != NULL && inherited[n] != NULL) {
        n++;
    }
    const char **list = calloc(n + nr_added + 1, sizeof(*list));
    if (list == NULL) {
        fail("out of memory");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        list[i] = inherited[i];
    }
    for (size_t i = 0; i < nr_added; i++) {
        size_t at = 0;
        while (at < n && !same_name(list[at], added[i])) {
            at++;
        }
        list[at] = added[i];
        n = at == n ? n + 1 : n;
    }
    *count = n;
    return list;
}

/* QEMU's own message is several lines, less clear, and comes only after all files were read. */
static int check_memory(const struct options *options, uint64_t image_end, uint64_t disk)
{
    uint64_t low = qemu_low_memory(options);
    uint64_t needed = image_end + disk;
    unsigned long long needed_mib = (needed + (1 << 20) - 1) >> 20;
    if (needed <= low) {
        return 0;
    }
    if (options->mem - low < 1 << 20) {
        return fail("--mem: image and files take %llu MiB, the machine has %llu MiB", needed_mib,
                    (unsigned long long)(options->mem >> 20));
    }
    return fail("image and files take %llu MiB; %llu MiB are possible, whatever --mem says",
                needed_mib, (unsigned long long)(low >> 20));
}

/* Writes block and archive. Determines and checks their size before reading any file. */
static int write_disk(FILE *out, struct hermit_boot_block *block, const struct options *options,
                      uint64_t image_end)
{
    uint64_t *archive_size = &block->archive_size;
    int result = 0;
    int archive = -1;
    if (options->root != NULL) {
        result = tree_count(options->root, archive_size);
    } else if (options->initrd != NULL) {
        archive = cpio_open_archive(options->initrd, archive_size);
        result = archive >= 0 ? 0 : -1;
    }
    if (result == 0) {
        result = check_memory(options, image_end, block->size + *archive_size);
    }
    if (result == 0 && fwrite(block, 1, block->size, out) != block->size) {
        result = fail("writing the initial RAM disk: %s", strerror(errno));
    }
    if (result == 0 && options->root != NULL) {
        uint64_t room = qemu_low_memory(options) - image_end - block->size;
        result = tree_write(out, options->root, room, archive_size);
    }
    if (archive >= 0) {
        result = result == 0 ? cpio_copy_archive(out, archive, options->initrd, *archive_size) : -1;
        close(archive);
    }
    return result;
}

/* Rewrites the block: the archive's size is known only after writing it. */
static int finish_disk(FILE *out, const struct hermit_boot_block *block)
{
    if (fflush(out) != 0 ||
        pwrite(fileno(out), block, sizeof(*block), 0) != (ssize_t)sizeof(*block)) {
        return fail("writing the initial RAM disk: %s", strerror(errno));
    }
    return 0;
}

int initrd_create(const struct boot_settings *settings, const struct options *options,
                  uint64_t image_end)
{
    struct hermit_boot_block *block = boot_block_build(settings);
    if (block == NULL) {
        return -1;
    }
    int fd = memfd_create("hermit-initrd", MFD_CLOEXEC);
    int copy = fd >= 0 ? dup(fd) : -1;
    FILE *out = copy >= 0 ? fdopen(copy, "wb") : NULL;
    int result;
    if (out == NULL) {
        result = fail("initial RAM disk: %s", strerror(errno));
    } else {
        result = write_disk(out, block, options, image_end);
        result = result == 0 ? finish_disk(out, block) : -1;
        fclose(out);
    }
    free(block);
    if (result != 0 && fd >= 0) {
        close(fd);
    }
    return result == 0 ? fd : -1;
}
