/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* getdents, the call before getdents64: the type is the last byte of an entry.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"
#include <dirent.h>
#include <sys/syscall.h>

struct old_entry {
    unsigned long ino, off;
    unsigned short length;
    char name[];
};

static const char *const kinds[16] = {
    [DT_DIR] = "folder", [DT_REG] = "file", [DT_LNK] = "link", [DT_FIFO] = "pipe"};
static char lines[5][64];
static int nr_lines;

static void take(const struct old_entry *entry)
{
    unsigned char type = ((const unsigned char *)entry)[entry->length - 1];

    if (nr_lines < 5 && type < 16 && kinds[type] != NULL)
        snprintf(lines[nr_lines++], sizeof(lines[0]), "%s: %s", entry->name, kinds[type]);
    CHECK(entry->length % 8 == 0 && entry->ino != 0);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

int main(void)
{
    _Alignas(8) char buffer[128]; /* a few entries at a time */
    long n;

    enter_scratch();
    make_file("a file", "");
    CHECK(mkfifo("pipe", 0600) == 0 && symlink("a file", "link") == 0);
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    while ((n = syscall(SYS_getdents, fd, buffer, sizeof(buffer))) > 0)
        for (long at = 0; at < n; at += ((struct old_entry *)(buffer + at))->length)
            take((struct old_entry *)(buffer + at));
    CHECK(n == 0);
    qsort(lines, (size_t)nr_lines, sizeof(lines[0]), compare);
    for (int i = 0; i < nr_lines; i++)
        puts(lines[i]);
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    CHECK_ERRNO(syscall(SYS_getdents, fd, buffer, 8), EINVAL);
    CHECK_ERRNO(syscall(SYS_getdents, fd, 8L, sizeof(buffer)), EFAULT);
    CHECK_ERRNO(syscall(SYS_getdents, 99, buffer, sizeof(buffer)), EBADF);
    return check_done();
}
