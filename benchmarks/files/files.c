/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What calls on files cost, in sections for the plugin (benchmarks/scale/section.h): an operation
 * on names, a call that reads or writes some bytes, a byte of a large transfer.
 *
 *     files FOLDER
 *
 * Everything is made in FOLDER, two folders deep, and removed. Each row says how many operations or
 * bytes its section has.
 */
#include "../common/measure.h"
#include "../scale/section.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES     200
#define CALLS     500
#define PIECE     4096L
#define LARGE     (64L << 10)
#define HUGE      (1L << 20)
#define FILE_SIZE (16L << 20)

enum {
    CREATE = 1,
    STAT,
    OPEN,
    RENAME,
    UNLINK,
    LIST,
    APPEND,
    PREAD,
    PWRITE,
    READ_100,
    WRITE_LARGE,
    READ_LARGE,
    WRITE_HUGE,
    READ_HUGE,
    AGAIN
};

static char *bytes; /* HUGE of them, in a page of 2 MiB where there are such */

static void need(bool ok, const char *what)
{
    if (!ok)
        measure_fail("%s failed", what);
}

static void report(int number, const char *name, double operations)
{
    char unit[16];
    snprintf(unit, sizeof(unit), "section%d", number);
    measure_row_unit(name, operations, unit);
}

static const char *name_of(int i, const char *suffix)
{
    static char name[2][32];
    static int turn;
    turn = !turn;
    snprintf(name[turn], sizeof(name[turn]), "sub/file-%03d%s", i, suffix);
    return name[turn];
}

static void make_names(void)
{
    section_begin(CREATE);
    for (int i = 0; i < NAMES; i++) {
        int fd = open(name_of(i, ""), O_WRONLY | O_CREAT | O_EXCL, 0600);
        need(fd >= 0 && close(fd) == 0, "create");
    }
    section_end(CREATE);
    report(CREATE, "create_close", NAMES);
}

static void use_names(void)
{
    struct stat status;
    section_begin(STAT);
    for (int i = 0; i < NAMES; i++)
        need(stat(name_of(i, ""), &status) == 0, "stat");
    section_end(STAT);
    report(STAT, "stat", NAMES);
    section_begin(OPEN);
    for (int i = 0; i < NAMES; i++) {
        int fd = open(name_of(i, ""), O_RDONLY);
        need(fd >= 0 && close(fd) == 0, "open");
    }
    section_end(OPEN);
    report(OPEN, "open_close", NAMES);
}

static void list_names(void)
{
    int n = 0;
    section_begin(LIST);
    DIR *folder = opendir("sub");
    need(folder != NULL, "opendir");
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    section_end(LIST);
    need(n == NAMES + 2, "readdir");
    report(LIST, "list_name", NAMES);
}

static void remove_names(void)
{
    section_begin(RENAME);
    for (int i = 0; i < NAMES; i++)
        need(rename(name_of(i, ""), name_of(i, "-new")) == 0, "rename");
    section_end(RENAME);
    report(RENAME, "rename", NAMES);
    section_begin(UNLINK);
    for (int i = 0; i < NAMES; i++)
        need(unlink(name_of(i, "-new")) == 0, "unlink");
    section_end(UNLINK);
    report(UNLINK, "unlink", NAMES);
}

/* The place of the i-th small transfer, here and there in the file. */
static off_t place(int i)
{
    return (off_t)(i * 7919L % (FILE_SIZE / PIECE)) * PIECE;
}

/* Sections of single calls; `call` uses i, the number of the call. */
#define CALLS_OF(number, name, call)                                                               \
    do {                                                                                           \
        section_begin(number);                                                                     \
        for (int i = 0; i < CALLS; i++)                                                            \
            need(call, name);                                                                      \
        section_end(number);                                                                       \
        report(number, name, CALLS);                                                               \
    } while (0)

static void small_transfers(int fd)
{
    CALLS_OF(PWRITE, "pwrite_4k_random", pwrite(fd, bytes, PIECE, place(i)) == PIECE);
    CALLS_OF(PREAD, "pread_4k_random", pread(fd, bytes, PIECE, place(i + CALLS)) == PIECE);
    CALLS_OF(AGAIN, "pread_4k_again", pread(fd, bytes, PIECE, place(i + CALLS)) == PIECE);
    need(lseek(fd, 0, SEEK_SET) == 0, "lseek");
    CALLS_OF(READ_100, "read_100_in_order", read(fd, bytes, 100) == 100);
    int log = open("sub/log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    need(log >= 0, "open");
    CALLS_OF(APPEND, "append_100", write(log, bytes, 100) == 100);
    need(close(log) == 0 && unlink("sub/log") == 0, "close");
}

/* Sections of a file in order, by calls of so many bytes. */
#define WHOLE_BY(number, name, size, call)                                                         \
    do {                                                                                           \
        need(lseek(fd, 0, SEEK_SET) == 0, "lseek");                                                \
        section_begin(number);                                                                     \
        for (long done = 0; done < FILE_SIZE; done += (size))                                      \
            need(call(fd, bytes, size) == (size), name);                                           \
        section_end(number);                                                                       \
        report(number, name, FILE_SIZE);                                                           \
    } while (0)

static void large_transfers(int fd)
{
    WHOLE_BY(WRITE_LARGE, "write_64k_byte", LARGE, write);
    WHOLE_BY(READ_LARGE, "read_64k_byte", LARGE, read);
    WHOLE_BY(WRITE_HUGE, "write_1m_byte", HUGE, write);
    WHOLE_BY(READ_HUGE, "read_1m_byte", HUGE, read);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    need(argc == 2 && chdir(argv[1]) == 0, "chdir: usage: files FOLDER;");
    need(mkdir("top", 0700) == 0 && chdir("top") == 0 && mkdir("sub", 0700) == 0, "mkdir");
    need(posix_memalign((void **)&bytes, 2 * HUGE, 2 * HUGE) == 0, "posix_memalign");
    (void)madvise(bytes, 2 * HUGE, MADV_HUGEPAGE); /* as large arrays of programs are */
    memset(bytes, 'x', 2 * HUGE);
    make_names();
    use_names();
    list_names();
    remove_names();
    int fd = open("sub/file", O_RDWR | O_CREAT, 0600);
    need(fd >= 0, "open");
    large_transfers(fd);
    small_transfers(fd);
    need(close(fd) == 0 && unlink("sub/file") == 0 && rmdir("sub") == 0, "close");
    need(chdir("..") == 0 && rmdir("top") == 0, "rmdir");
    return measure_end();
}
