/* SPDX-License-Identifier: BSD-3-Clause */
/* A name is any bytes but '/' and NUL: files of each one-byte name hold it, and are listed. */
#include "check.h"
#include <dirent.h>

static bool usable(int byte)
{
    return byte != '/' && byte != '.';
}

static void make_all(void)
{
    for (int byte = 1; byte < 256; byte++) {
        char name[2] = {(char)byte};
        if (usable(byte))
            make_file(name, name);
    }
}

static void check_listed(void)
{
    DIR *folder = opendir(".");
    int seen[256] = {0}, wrong = 0;
    REQUIRE(folder != NULL);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        if (strlen(e->d_name) == 1)
            seen[(unsigned char)*e->d_name]++;
    closedir(folder);
    for (int byte = 1; byte < 256; byte++)
        wrong += usable(byte) && seen[byte] != 1;
    printf("%d names are not listed once\n", wrong);
}

static void check_contents(void)
{
    for (int byte = 1; byte < 256; byte++) {
        char name[2] = {(char)byte}, text[2] = "";
        if (!usable(byte))
            continue;
        int fd = open(name, O_RDONLY);
        CHECK(fd >= 0 && read(fd, text, 2) == 1 && text[0] == name[0] && close(fd) == 0);
        CHECK(unlink(name) == 0);
    }
}

int main(void)
{
    enter_scratch();
    make_all();
    check_listed();
    check_contents();
    make_file("...", "three dots are a name");
    make_file(" ", "and a space");
    make_file("..\n", "and a line's end");
    show_file("...");
    show_file(" ");
    CHECK(unlink("...") == 0 && unlink(" ") == 0 && unlink("..\n") == 0);
    return check_done();
}
