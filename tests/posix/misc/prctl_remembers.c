/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* prctl(2) options that concern one process alone are taken and said again. */
#include "check.h"
#include <sys/prctl.h>

static void *in_thread(void *unused)
{
    int sig = -1;

    CHECK(prctl(PR_GET_TIMERSLACK) == 1234);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    CHECK(prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == 0);
    CHECK(prctl(PR_SET_TIMERSLACK, 99) == 0 && prctl(PR_GET_TIMERSLACK) == 99);
    return unused;
}

int main(void)
{
    int value = -1;

    CHECK(prctl(PR_GET_DUMPABLE) == 1);
    CHECK(prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_GET_DUMPABLE) == 0);
    CHECK(prctl(PR_SET_DUMPABLE, 1) == 0 && prctl(PR_GET_DUMPABLE) == 1);
    CHECK_ERRNO(prctl(PR_SET_DUMPABLE, 3), EINVAL);
    CHECK(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    CHECK(prctl(PR_GET_PDEATHSIG, &value) == 0 && value == SIGKILL);
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, 65), EINVAL);
    CHECK(prctl(PR_GET_TIMERSLACK) == 50000);
    CHECK(prctl(PR_SET_TIMERSLACK, 1234) == 0 && prctl(PR_GET_TIMERSLACK) == 1234);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0), EINVAL);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    join(start(in_thread, NULL));
    CHECK(prctl(PR_GET_TIMERSLACK) == 1234);
    CHECK(prctl(PR_SET_TIMERSLACK, 0) == 0);
    CHECK(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1);
    CHECK(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_KEEPCAPS) == 0);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CHECK(prctl(PR_GET_CHILD_SUBREAPER, &value) == 0 && value == 1);
    CHECK(prctl(PR_GET_TIMING) == PR_TIMING_STATISTICAL);
    CHECK(prctl(PR_SET_TIMING, PR_TIMING_STATISTICAL) == 0);
    CHECK_ERRNO(prctl(12345), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NAME, -1L), EFAULT);
    return check_done();
}
