/* SPDX-License-Identifier: BSD-3-Clause */
/* What toolchain/config.site answers in place of a program that configure would run. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static int wrong;

static void answer(const char *name, int holds)
{
    if (!holds) {
        printf("not so: %s\n", name);
        wrong++;
    }
}

static void files(void)
{
    struct stat st;
    gid_t groups[64];

    answer("stat of \"\" fails", stat("", &st) != 0 && lstat("", &st) != 0);
    if (mkdir("folder", 0777) != 0 || symlink("folder", "link") != 0 || creat("file", 0666) < 0)
        perror("set-up");
    answer("lstat(\"link/\") follows", lstat("link/", &st) == 0 && S_ISDIR(st.st_mode));
    answer("lstat(\"link\") does not", lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
    answer("chown to what it is", chown("file", (uid_t)-1, (gid_t)-1) == 0);
    answer("utime to now",
           utime("file", NULL) == 0 && stat("file", &st) == 0 && time(NULL) - st.st_mtime < 60);
    answer("getgroups", getgroups(0, NULL) >= 0 && getgroups(64, groups) >= 0);
}

static void memory(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    answer("malloc(0), realloc(NULL, 0), calloc(0, 0) are not NULL",
           malloc(0) != NULL && realloc(NULL, 0) != NULL && calloc(0, 0) != NULL);
    answer("mmap fixed",
           mmap(page, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page);
    answer("memcmp of bytes above 127", memcmp("\x80", "\x01", 1) > 0);
    answer("strnlen", strnlen("abc", 2) == 2 && strnlen("a", 9) == 1);
    answer("strcoll", strcoll("abc", "def") < 0 && strcoll("a", "a") == 0);
}

/* Deeper calls lie lower. */
static __attribute__((noinline)) int grows_down(const volatile char *callers)
{
    volatile char here = 0;

    return (uintptr_t)&here < (uintptr_t)callers;
}

static void others(void)
{
    static char buffer[BUFSIZ];
    volatile char here = 0;

    answer("the stack grows down", grows_down(&here));
    answer("setvbuf(file, buffer, how, size)", setvbuf(stdin, buffer, _IOFBF, BUFSIZ) == 0);
    answer("getpgrp(void)", getpgrp() >= 0);
}

static void numbers(void)
{
    char *end;
    struct tm tm = {.tm_year = 101, .tm_mon = 1, .tm_mday = 31, .tm_isdst = -1};

    answer("strtod", strtod(" +0x", &end) == 0 && *end == 'x' && strtod("1e1000", NULL) > 1e308);
    answer("mktime puts a date right", mktime(&tm) != -1 && tm.tm_mon == 2 && tm.tm_mday == 3);
    answer("little-endian", *(const char *)&(const uint32_t){1} == 1);
}

int main(void)
{
    files();
    memory();
    numbers();
    others();
    printf("%d wrong answers\n", wrong);
    return wrong != 0;
}
