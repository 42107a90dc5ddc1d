/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes and checks newc archives. A walk owns its `struct writer`; no locks, one
 * thread.
 */
#include "cpio.h"

#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define HEADER_SIZE 110u
#define NR_FIELDS   13u
#define FIELD_MODE  1u /* index of c_mode among the fields */
#define FIELD_SIZE  6u
#define FIELD_NAME  11u
#define TRAILER     "TRAILER!!!"
#define DEPTH_MAX   200
#define PADDING(n)  (-(uint64_t)(n) & 3u)
#define NAME_LIMIT  4096u

/* A file met before that has more names than one. */
struct linked {
    dev_t dev;
    ino_t ino;
    uint32_t number;
};

struct writer {
    FILE *out;     /* NULL: bytes are only counted, and no file is opened */
    uint64_t size; /* bytes written, or counted */
    uint64_t limit;
    uint32_t next_inode;
    struct linked *links;
    size_t nr_links;
    const char *root;
};

static int put(struct writer *writer, const void *data, size_t size)
{
    writer->size += size;
    if (writer->out == NULL) {
        return 0;
    }
    if (writer->size > writer->limit) {
        return fail("--root '%s': its files grew while they were read", writer->root);
    }
    if (fwrite(data, 1, size, writer->out) != size) {
        return fail("writing the initial RAM disk: %s", strerror(errno));
    }
    return 0;
}

static int put_padding(struct writer *writer)
{
    static const char zeros[4];
    return put(writer, zeros, PADDING(writer->size));
}

static int put_header(struct writer *writer, const char *name, const struct stat *info,
                      uint32_t inode, uint32_t file_size)
{
    char header[HEADER_SIZE + 1];
    size_t name_size = strlen(name) + 1;
    unsigned owner = info->st_uid == getuid() ? 0 : info->st_uid;
    unsigned group = info->st_gid == getgid() ? 0 : info->st_gid;
    /* HERMIT_BOOT_FULL_TIMES says where the time is that newc has no room for. */
    unsigned seconds_high = (unsigned)((uint64_t)info->st_mtim.tv_sec >> 32);
    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             inode, (unsigned)info->st_mode, owner, group, (unsigned)info->st_nlink,
             (unsigned)info->st_mtim.tv_sec, file_size, 0u, 0u, 0u, (unsigned)info->st_mtim.tv_nsec,
             (unsigned)name_size, seconds_high);
    if (put(writer, header, HEADER_SIZE) != 0 || put(writer, name, name_size) != 0) {
        return -1;
    }
    return put_padding(writer);
}

/*
 * Inode number for the archive; *seen tells whether this file has been written
 * under another name. 0: out of memory.
 */
static uint32_t inode_number(struct writer *writer, const struct stat *info, bool *seen)
{
    *seen = false;
    if (S_ISDIR(info->st_mode) || info->st_nlink < 2) {
        return ++writer->next_inode;
    }
    for (size_t i = 0; i < writer->nr_links; i++) {
        struct linked *link = &writer->links[i];
        if (link->dev == info->st_dev && link->ino == info->st_ino) {
            *seen = true;
            return link->number;
        }
    }
    struct linked *links = realloc(writer->links, (writer->nr_links + 1) * sizeof(*links));
    if (links == NULL) {
        return 0;
    }
    uint32_t number = ++writer->next_inode;
    links[writer->nr_links++] = (struct linked){info->st_dev, info->st_ino, number};
    writer->links = links;
    return number;
}

/* Exactly the `size` bytes that the header announced; what came behind them since is left out. */
static int copy_data(struct writer *writer, int fd, uint64_t size, const char *name)
{
    static uint8_t buffer[256 * 1024];
    while (size > 0) {
        size_t wanted = size < sizeof(buffer) ? (size_t)size : sizeof(buffer);
        ssize_t n = read(fd, buffer, wanted);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail("--root '%s': '%s': %s", writer->root, name,
                        n < 0 ? strerror(errno) : "shrank while it was read");
        }
        if (put(writer, buffer, (size_t)n) != 0) {
            return -1;
        }
        size -= (uint64_t)n;
    }
    return put_padding(writer);
}

/* Header and data of the open file `fd`, which is as large as `info` says. */
static int put_contents(struct writer *writer, int fd, const char *name, const struct stat *info,
                        uint32_t inode)
{
    if (info->st_size > (off_t)UINT32_MAX) {
        return fail("--root '%s': '%s': files over 4 GiB do not fit into the archive", writer->root,
                    name);
    }
    if (put_header(writer, name, info, inode, (uint32_t)info->st_size) != 0) {
        return -1;
    }
    if (writer->out == NULL) {
        writer->size += (uint64_t)info->st_size;
        return put_padding(writer);
    }
    return copy_data(writer, fd, (uint64_t)info->st_size, name);
}

static int put_regular(struct writer *writer, int dir, const char *leaf, const char *name,
                       const struct stat *info)
{
    bool seen;
    uint32_t inode = inode_number(writer, info, &seen);
    if (inode == 0) {
        return fail("out of memory");
    }
    if (seen) {
        return put_header(writer, name, info, inode, 0);
    }
    if (writer->out == NULL) {
        return put_contents(writer, -1, name, info, inode);
    }
    struct stat opened;
    int result;
    int fd = openat(dir, leaf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &opened) != 0) {
        result = fail("--root '%s': '%s': %s", writer->root, name, strerror(errno));
    } else if (opened.st_dev != info->st_dev || opened.st_ino != info->st_ino) {
        result = fail("--root '%s': '%s': replaced while it was read", writer->root, name);
    } else {
        result = put_contents(writer, fd, name, &opened, inode);
    }
    if (fd >= 0) {
        close(fd);
    }
    return result;
}

static int put_symlink(struct writer *writer, int dir, const char *leaf, const char *name,
                       const struct stat *info)
{
    char target[PATH_MAX];
    bool seen;
    ssize_t n = readlinkat(dir, leaf, target, sizeof(target));
    if (n < 0) {
        return fail("--root '%s': '%s': %s", writer->root, name, strerror(errno));
    }
    uint32_t inode = inode_number(writer, info, &seen);
    if (inode == 0) {
        return fail("out of memory");
    }
    if (put_header(writer, name, info, inode, (uint32_t)n) != 0 ||
        put(writer, target, (size_t)n) != 0) {
        return -1;
    }
    return put_padding(writer);
}

static int put_folder(struct writer *writer, int fd, const char *name, int depth);

static int put_entry(struct writer *writer, int dir, const char *leaf, const char *name, int depth)
{
    struct stat info;
    if (fstatat(dir, leaf, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return fail("--root '%s': '%s': %s", writer->root, name, strerror(errno));
    }
    switch (info.st_mode & S_IFMT) {
    case S_IFREG:
        return put_regular(writer, dir, leaf, name, &info);
    case S_IFLNK:
        return put_symlink(writer, dir, leaf, name, &info);
    case S_IFIFO:
        return put_header(writer, name, &info, ++writer->next_inode, 0);
    case S_IFDIR: {
        int fd = openat(dir, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) {
            return fail("--root '%s': '%s': %s", writer->root, name, strerror(errno));
        }
        return put_folder(writer, fd, name, depth + 1);
    }
    default:
        if (writer->out != NULL) {
            warn("--root '%s': '%s' is a device or a socket: left out", writer->root, name);
        }
        return 0;
    }
}

static int not_dot(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int put_children(struct writer *writer, int fd, const char *name, struct dirent **entries,
                        int count, int depth)
{
    char path[NAME_LIMIT];
    for (int i = 0; i < count; i++) {
        const char *leaf = entries[i]->d_name;
        bool top = strcmp(name, ".") == 0;
        int n = snprintf(path, sizeof(path), "%s%s%s", top ? "" : name, top ? "" : "/", leaf);
        if (n < 0 || (size_t)n >= sizeof(path)) {
            return fail("--root '%s': a path is too long", writer->root);
        }
        if (put_entry(writer, fd, leaf, path, depth) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Writes the folder open at `fd` and all below it; closes `fd`. */
static int put_folder(struct writer *writer, int fd, const char *name, int depth)
{
    struct stat info;
    struct dirent **entries = NULL;
    int result = -1;
    int count = -1;
    if (depth > DEPTH_MAX) {
        fail("--root '%s': folders are nested too deeply", writer->root);
    } else if (fstat(fd, &info) != 0 ||
               (count = scandirat(fd, ".", &entries, not_dot, by_bytes)) < 0) {
        fail("--root '%s': '%s': %s", writer->root, name, strerror(errno));
    } else if (put_header(writer, name, &info, ++writer->next_inode, 0) == 0) {
        result = put_children(writer, fd, name, entries, count, depth);
    }
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
    close(fd);
    return result;
}

static int put_tree(struct writer *writer)
{
    int fd = open(writer->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail("--root '%s': %s", writer->root, strerror(errno));
    }
    struct stat nothing = {.st_nlink = 1};
    int result = put_folder(writer, fd, ".", 0);
    if (result == 0) {
        result = put_header(writer, TRAILER, &nothing, 0, 0);
    }
    free(writer->links);
    return result;
}

int cpio_count_tree(const char *root, uint64_t *size)
{
    struct writer writer = {.root = root};
    int result = put_tree(&writer);
    *size = writer.size;
    return result;
}

int cpio_write_tree(FILE *out, const char *root, uint64_t limit, uint64_t *size)
{
    struct writer writer = {.out = out, .root = root, .limit = limit};
    int result = put_tree(&writer);
    *size = writer.size;
    return result;
}

/* Value of the header's field number `index`; −1 if it is not hexadecimal. */
static int64_t header_field(const uint8_t *header, unsigned index)
{
    int64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t c = header[6 + index * 8 + i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

const char *cpio_check(const uint8_t *data, uint64_t size)
{
    uint64_t at = 0;
    for (;;) {
        if (size - at < HEADER_SIZE) {
            return at == 0 ? "not a newc cpio archive" : "truncated cpio archive";
        }
        const uint8_t *header = data + at;
        if (memcmp(header, "070701", 6) != 0 && memcmp(header, "070702", 6) != 0) {
            return at == 0 ? "not a newc cpio archive" : "damaged cpio archive";
        }
        int64_t file_size = header_field(header, FIELD_SIZE);
        int64_t name_size = header_field(header, FIELD_NAME);
        if (file_size < 0 || name_size < 1) {
            return "damaged cpio archive";
        }
        uint64_t name_end = at + HEADER_SIZE + (uint64_t)name_size;
        uint64_t data_end = name_end + PADDING(name_end) + (uint64_t)file_size;
        if (name_end > size || data_end > size || data[name_end - 1] != '\0') {
            return "truncated cpio archive";
        }
        /* A file may be called so, but has a mode. */
        if (header_field(header, FIELD_MODE) == 0 &&
            strcmp((const char *)header + HEADER_SIZE, TRAILER) == 0) {
            return NULL;
        }
        at = data_end + PADDING(data_end);
        at = at < size ? at : size;
    }
}

/* Copies the open file to `out` if it is a whole archive; returns NULL or what is wrong. */
static const char *copy_checked(FILE *out, int fd, uint64_t size)
{
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
        return strerror(errno);
    }
    const char *reason = cpio_check(data, size);
    if (reason == NULL && fwrite(data, 1, size, out) != size) {
        reason = strerror(errno);
    }
    munmap(data, size);
    return reason;
}

int cpio_open_archive(const char *path, uint64_t *size)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return fail("--initrd '%s': %s", path, strerror(errno));
    }
    const char *reason = NULL;
    if (fstat(fd, &info) != 0) {
        reason = strerror(errno);
    } else if (!S_ISREG(info.st_mode)) {
        reason = "not a regular file";
    } else if (info.st_size == 0) {
        reason = "not a newc cpio archive";
    }
    if (reason != NULL) {
        close(fd);
        return fail("--initrd '%s': %s", path, reason);
    }
    *size = (uint64_t)info.st_size;
    return fd;
}

int cpio_copy_archive(FILE *out, int fd, const char *path, uint64_t size)
{
    const char *reason = copy_checked(out, fd, size);
    return reason != NULL ? fail("--initrd '%s': %s", path, reason) : 0;
}
