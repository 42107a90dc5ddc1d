/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 stdin='first line\nsecond\x00line\nno newline' */
/* Standard input arrives byte for byte with its end. */
#include "check.h"

int main(void)
{
    char line[64];
    int byte, count = 0;
    unsigned sum = 0;

    CHECK(fgets(line, sizeof(line), stdin) != NULL);
    printf("%s", line);
    while ((byte = getchar()) != EOF) {
        count++;
        sum = sum * 31 + (unsigned)byte;
    }
    printf("%d bytes, sum %u\n", count, sum);
    CHECK(feof(stdin) && read(0, line, 1) == 0);
    return check_done();
}
