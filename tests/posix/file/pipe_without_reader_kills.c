/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=141 */
/* SIGPIPE's default action ends the program. */
#include "check.h"

int main(void)
{
    int ends[2];

    REQUIRE(pipe(ends) == 0 && close(ends[0]) == 0);
    puts("writing");
    fflush(stdout);
    CHECK(write(ends[1], "x", 1) == 1);
    puts("not reached");
    return 0;
}
