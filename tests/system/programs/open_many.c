/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes files in the working folder and keeps them open, until that is refused, at most 1,000.
 * Prints the error, whether the file that was refused is there, and what happens once the others
 * are closed: the same names, all opened one after the other.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST 1000

int main(void)
{
    static int files[MOST];
    char name[32];
    int nr = 0;
    for (; nr < MOST; nr++) {
        snprintf(name, sizeof(name), "file-%d", nr);
        files[nr] = open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
        if (files[nr] < 0)
            break;
    }
    const char *refused = nr == MOST ? "none" : errno == EMFILE ? "EMFILE" : strerror(errno);
    printf("%s, %s\n", refused, access(name, F_OK) == 0 ? "made" : "not made");
    for (int i = 0; i < nr; i++)
        close(files[i]);
    for (int i = 0; i < nr; i++) {
        snprintf(name, sizeof(name), "file-%d", i);
        int fd = open(name, O_RDWR);
        if (fd < 0)
            err(1, "open %s", name);
        close(fd);
    }
    for (int i = nr; i < MOST; i++) {
        snprintf(name, sizeof(name), "file-%d", i);
        int fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
        if (fd < 0)
            err(1, "make %s", name);
        close(fd);
    }
    printf("all %d\n", MOST);
    return 0;
}
