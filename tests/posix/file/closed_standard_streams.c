/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Descriptors 0, 1 and 2 are ordinary: closed, they are given anew. */
#include "check.h"

int main(void)
{
    enter_scratch();
    make_file("file", "from the file\n");
    CHECK(close(0) == 0);
    CHECK_ERRNO(read(0, &(char){0}, 1), EBADF);
    CHECK(open("file", O_RDONLY) == 0);
    char line[64];
    CHECK(fgets(line, sizeof(line), stdin) != NULL);
    fputs(line, stdout);
    fflush(stdout);
    int saved = dup(1);
    CHECK(close(1) == 0 && open("out", O_WRONLY | O_CREAT, 0600) == 1);
    puts("into the file");
    fflush(stdout);
    CHECK(dup2(saved, 1) == 1);
    show_file("out");
    return check_done();
}
