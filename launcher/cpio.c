/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks and copies newc archives. No state, no locks.
 */
#include "cpio.h"

#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELD_MODE 1u /* index of c_mode among the fields */
#define FIELD_SIZE 6u
#define FIELD_NAME 11u

/* Value of the header's field `index`; −1 if not hexadecimal. */
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
        if (size - at < CPIO_HEADER_SIZE) {
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
        uint64_t name_end = at + CPIO_HEADER_SIZE + (uint64_t)name_size;
        uint64_t data_end = name_end + CPIO_PADDING(name_end) + (uint64_t)file_size;
        if (name_end > size || data_end > size || data[name_end - 1] != '\0') {
            return "truncated cpio archive";
        }
        /* A file may have this name, but its mode is not 0. */
        if (header_field(header, FIELD_MODE) == 0 &&
            strcmp((const char *)header + CPIO_HEADER_SIZE, CPIO_TRAILER) == 0) {
            return NULL;
        }
        at = data_end + CPIO_PADDING(data_end);
        at = at < size ? at : size;
    }
}

/* Copies the open file to `out` if it is a complete archive. Returns NULL or the error. */
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
