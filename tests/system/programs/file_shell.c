/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Does with files what its input says, one command a line, and answers each by one line: "ok", a
 * text, or "error" and its number. Open files are numbered by the caller.
 *
 *     open N FLAGS PATH    FLAGS of r w a c t x: O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_TRUNC,
 *                          O_EXCL
 *     read N SIZE OFFSET   pread
 *     write N TEXT         write
 *     fill N SIZE          write of so many bytes: how many it took
 *     stat N | close N | sync N | cut N SIZE
 *     map N HOW            the first 64 KiB, HOW: s MAP_SHARED, r … only to read, p MAP_PRIVATE
 *     load N SIZE OFFSET | store N TEXT OFFSET | msync N [SIZE OFFSET] | unmap N
 *     need N SIZE OFFSET | drop N SIZE OFFSET    posix_fadvise(): WILLNEED, DONTNEED
 *     look PATH            type, size and number of links, not following links
 *     number PATH          of its inode
 *     cat PATH | list PATH | goto PATH | make PATH | remove PATH | rmdir PATH
 *     move PATH PATH | link PATH PATH | symlink TEXT PATH | readlink PATH
 *     mode PATH OCTAL | owner PATH ID | short PATH SIZE (truncate) | old PATH (utimensat) | where
 *     tag PATH NAME VALUE | tagged PATH NAME | untag PATH NAME | tags PATH    extended attributes
 *     fifo PATH | disk PATH    a block device, 8:0
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define MAPPED (64 * 1024)

static char *words[4]; /* of the command */
static int files[10];
static char *maps[10];

static int number(int word)
{
    return atoi(words[word]);
}

static int file(void)
{
    return files[number(1) % 10];
}

/* Answers with the error, or "ok". */
static void answer(int result)
{
    if (result >= 0)
        printf("ok\n");
    else
        printf("error %d\n", errno);
}

static void show(int result, const struct stat *status)
{
    const char *type = S_ISDIR(status->st_mode)   ? "folder"
                       : S_ISLNK(status->st_mode) ? "link"
                                                  : "file";
    if (result != 0)
        answer(result);
    else
        printf("%s %ld %ld\n", type, (long)status->st_size, (long)status->st_nlink);
}

static int flags(void)
{
    int value = 0;
    for (const char *p = words[2]; *p != '\0'; p++)
        value |= *p == 'w'   ? O_RDWR
                 : *p == 'a' ? O_APPEND
                 : *p == 'c' ? O_CREAT
                 : *p == 't' ? O_TRUNC
                 : *p == 'x' ? O_EXCL
                             : 0;
    return value;
}

static void read_file(int fd, size_t size, off_t offset)
{
    char *bytes = malloc(size + 1);
    ssize_t n = pread(fd, bytes, size, offset);
    if (n < 0)
        answer(-1);
    else
        printf("%.*s\n", (int)n, bytes);
    free(bytes);
}

static void fill(int fd, size_t size)
{
    char *bytes = calloc(1, size);
    ssize_t n = write(fd, bytes, size);
    if (n < 0)
        answer(-1);
    else
        printf("%ld\n", (long)n);
    free(bytes);
}

static void list(void)
{
    DIR *folder = opendir(words[1]);
    const struct dirent *entry;
    if (folder == NULL) {
        answer(-1);
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            printf("%s ", entry->d_name);
    printf("\n");
    closedir(folder);
}

static void cat(void)
{
    int fd = open(words[1], O_RDONLY);
    if (fd < 0)
        answer(-1);
    else
        read_file(fd, 65536, 0);
    close(fd);
}

static void read_link(void)
{
    char target[4096];
    ssize_t n = readlink(words[1], target, sizeof(target));
    if (n < 0)
        answer(-1);
    else
        printf("%.*s\n", (int)n, target);
}

static void show_number(void)
{
    struct stat status;
    if (lstat(words[1], &status) != 0)
        answer(-1);
    else
        printf("%lu\n", (unsigned long)status.st_ino);
}

static void where(void)
{
    char path[8192];
    if (getcwd(path, sizeof(path)) == NULL)
        answer(-1);
    else
        printf("%s\n", path);
}

static void show_attribute(void)
{
    char value[4096];
    ssize_t n = lgetxattr(words[1], words[2], value, sizeof(value));
    if (n < 0)
        answer(-1);
    else
        printf("%.*s\n", (int)n, value);
}

static void list_attributes(void)
{
    char names[4096];
    ssize_t n = llistxattr(words[1], names, sizeof(names));
    if (n < 0) {
        answer(-1);
        return;
    }
    for (ssize_t at = 0; at < n; at += (ssize_t)strlen(names + at) + 1)
        printf("%s ", names + at);
    printf("\n");
}

/* Extended attributes. */
static int with_attributes(const char *what)
{
    if (strcmp(what, "tag") == 0)
        answer(lsetxattr(words[1], words[2], words[3], strlen(words[3]), 0));
    else if (strcmp(what, "tagged") == 0)
        show_attribute();
    else if (strcmp(what, "untag") == 0)
        answer(lremovexattr(words[1], words[2]));
    else if (strcmp(what, "tags") == 0)
        list_attributes();
    else
        return 0;
    return 1;
}

/* What makes no new name of a regular file. */
static void change(const char *what)
{
    static const struct timespec old[2] = {{1, 0}, {1, 0}};
    if (strcmp(what, "mode") == 0)
        answer(chmod(words[1], (mode_t)strtoul(words[2], NULL, 8)));
    else if (strcmp(what, "owner") == 0)
        answer(lchown(words[1], (uid_t)number(2), (gid_t)-1));
    else if (strcmp(what, "short") == 0)
        answer(truncate(words[1], number(2)));
    else if (strcmp(what, "old") == 0)
        answer(utimensat(AT_FDCWD, words[1], old, 0));
    else if (strcmp(what, "fifo") == 0)
        answer(mkfifo(words[1], 0644));
    else if (strcmp(what, "disk") == 0)
        answer(mknod(words[1], S_IFBLK | 0644, makedev(8, 0)));
    else
        printf("no such command\n");
}

/* map, load, store, msync and unmap: the number is the file's that is mapped. */
static int with_mapping(const char *what)
{
    char **map = &maps[number(1) % 10];
    if (strcmp(what, "map") == 0) {
        int protection = *words[2] == 'r' ? PROT_READ : PROT_READ | PROT_WRITE;
        *map =
            mmap(NULL, MAPPED, protection, *words[2] == 'p' ? MAP_PRIVATE : MAP_SHARED, file(), 0);
        answer(*map == MAP_FAILED ? -1 : 0);
    } else if (strcmp(what, "load") == 0) {
        printf("%.*s\n", number(2), *map + number(3));
    } else if (strcmp(what, "store") == 0) {
        memcpy(*map + number(3), words[2], strlen(words[2]));
        answer(0);
    } else if (strcmp(what, "msync") == 0) {
        size_t size = *words[2] != '\0' ? (size_t)number(2) : MAPPED;
        answer(msync(*map + number(3), size, MS_SYNC));
    } else if (strcmp(what, "unmap") == 0) {
        answer(munmap(*map, MAPPED));
    } else {
        return 0;
    }
    return 1;
}

static void obey(const char *what)
{
    struct stat status;
    if (with_mapping(what) || with_attributes(what))
        return;
    if (strcmp(what, "open") == 0)
        answer(files[number(1) % 10] = open(words[3], flags(), 0644));
    else if (strcmp(what, "read") == 0)
        read_file(file(), (size_t)number(2), number(3));
    else if (strcmp(what, "write") == 0)
        answer((int)write(file(), words[2], strlen(words[2])));
    else if (strcmp(what, "fill") == 0)
        fill(file(), (size_t)number(2));
    else if (strcmp(what, "stat") == 0)
        show(fstat(file(), &status), &status);
    else if (strcmp(what, "close") == 0)
        answer(close(file()));
    else if (strcmp(what, "sync") == 0)
        answer(fsync(file()));
    else if (strcmp(what, "cut") == 0)
        answer(ftruncate(file(), number(2)));
    else if (strcmp(what, "need") == 0)
        answer(-posix_fadvise(file(), number(3), number(2), POSIX_FADV_WILLNEED));
    else if (strcmp(what, "drop") == 0)
        answer(-posix_fadvise(file(), number(3), number(2), POSIX_FADV_DONTNEED));
    else if (strcmp(what, "look") == 0)
        show(lstat(words[1], &status), &status);
    else if (strcmp(what, "number") == 0)
        show_number();
    else if (strcmp(what, "cat") == 0)
        cat();
    else if (strcmp(what, "list") == 0)
        list();
    else if (strcmp(what, "where") == 0)
        where();
    else if (strcmp(what, "goto") == 0)
        answer(chdir(words[1]));
    else if (strcmp(what, "make") == 0)
        answer(mkdir(words[1], 0755));
    else if (strcmp(what, "remove") == 0)
        answer(unlink(words[1]));
    else if (strcmp(what, "rmdir") == 0)
        answer(rmdir(words[1]));
    else if (strcmp(what, "move") == 0)
        answer(rename(words[1], words[2]));
    else if (strcmp(what, "link") == 0)
        answer(link(words[1], words[2]));
    else if (strcmp(what, "symlink") == 0)
        answer(symlink(words[1], words[2]));
    else if (strcmp(what, "readlink") == 0)
        read_link();
    else
        change(what);
}

int main(void)
{
    char line[16384];
    static char empty[1];
    setvbuf(stdout, NULL, _IONBF, 0);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        char *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < 4; i++) {
            char *word = strsep(&rest, " ");
            words[i] = word != NULL ? word : empty;
        }
        obey(words[0]);
    }
    return 0;
}
