/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 args="one 'two words' '' 'tab\\there' 'ümläut €' --option=value '*' '\$HOME'" */
/* Arguments arrive as they were given: spaces, empty, any characters. */
#include "check.h"

extern char *program_invocation_short_name;

int main(int argc, char **argv)
{
    printf("%d arguments\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        printf("%d:", i);
        for (unsigned char *c = (unsigned char *)argv[i]; *c; c++)
            printf(" %02x", *c);
        putchar('\n');
    }
    CHECK(argv[argc] == NULL && argv[0][0] != 0);
    CHECK(strstr(argv[0], program_invocation_short_name) != NULL);
    return check_done();
}
