/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* pthread_exit in main lets the others go on; the last one's end is the program's,
 * with status 0. */
#include "check.h"

static void *late(void *argument)
{
    CHECK(pthread_join(*(pthread_t *)argument, NULL) == 0);
    puts("main is gone, still here");
    return NULL;
}

static void at_end(void)
{
    puts("atexit ran");
}

int main(void)
{
    static pthread_t self;

    self = pthread_self();
    atexit(at_end);
    start(late, &self);
    pthread_exit(NULL);
}
