/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* pthread_setname_np sets and keeps each thread's name; too long a one is refused. */
#include "check.h"
#include <sys/prctl.h>

static void *body(void *unused)
{
    char name[16] = "";

    (void)unused;
    CHECK(pthread_setname_np(pthread_self(), "worker") == 0);
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "worker") == 0);
    return NULL;
}

int main(void)
{
    char name[16] = "";

    CHECK(pthread_setname_np(pthread_self(), "first") == 0);
    join(start(body, NULL));
    CHECK(prctl(PR_GET_NAME, name) == 0);
    puts(name);
    CHECK(prctl(PR_SET_NAME, "a name that is too long") == 0 && prctl(PR_GET_NAME, name) == 0);
    puts(name);
    CHECK(pthread_setname_np(pthread_self(), "a name that is too long") == ERANGE);
    CHECK_ERRNO(prctl(12345, 0, 0, 0, 0), EINVAL);
    return check_done();
}
