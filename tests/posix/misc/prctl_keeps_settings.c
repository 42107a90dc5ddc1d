/* SPDX-License-Identifier: BSD-3-Clause */
/* prctl takes the options that Linux takes, keeps what they set, hands it to new threads, and
 * refuses nonsense. */
#include "check.h"
#include <sys/prctl.h>

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57
#endif

static int get(int option)
{
    int value = -1;

    CHECK(prctl(option, &value, 0, 0, 0) == 0);
    return value;
}

static void show(const char *who)
{
    printf(
        "%s: dumpable %d, death signal %d, slack %d, no new privileges %d, keep capabilities %d\n",
        who, prctl(PR_GET_DUMPABLE), get(PR_GET_PDEATHSIG), prctl(PR_GET_TIMERSLACK),
        prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_KEEPCAPS));
    printf("  memory failure %d, subreaper %d, huge pages off %d, timing %d, TSC %d, seccomp %d\n",
           prctl(PR_MCE_KILL_GET, 0, 0, 0, 0), get(PR_GET_CHILD_SUBREAPER),
           prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0), prctl(PR_GET_TIMING), get(PR_GET_TSC),
           prctl(PR_GET_SECCOMP));
}

static void *in_thread(void *unused)
{
    show("thread");
    CHECK(prctl(PR_SET_TIMERSLACK, 0) == 0); /* the creator's */
    printf("thread's default slack: %d\n", prctl(PR_GET_TIMERSLACK));
    CHECK(prctl(PR_SET_TIMERSLACK, 5) == 0);
    CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
    return unused;
}

static void nonsense(void)
{
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, 65), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, -1), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_PDEATHSIG, 8), EFAULT);
    CHECK_ERRNO(prctl(PR_SET_DUMPABLE, 2), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_DUMPABLE, -1), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_KEEPCAPS, 2), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_TIMING, 1), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_THP_DISABLE, 1, 0, 1, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_MCE_KILL, 0, 1, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_MCE_KILL, 1, 3, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_MCE_KILL, 2, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_MCE_KILL, 1, 0, 1, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_TSC, 3), EINVAL);
    CHECK_ERRNO(prctl(PR_CAPBSET_READ, 64), EINVAL);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, 0, 0, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 64, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_UNALIGN, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_SET_ENDIAN, 0), EINVAL);
    CHECK_ERRNO(prctl(PR_GET_FPEXC, 0), EINVAL);
    CHECK_ERRNO(prctl(0), EINVAL);
    CHECK_ERRNO(prctl(12345), EINVAL);
    CHECK_ERRNO(prctl(-1), EINVAL);
}

int main(void)
{
    show("at first");
    CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
    CHECK(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0);
    CHECK(prctl(PR_SET_TIMERSLACK, 1234) == 0);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_KEEPCAPS, 1) == 0);
    CHECK(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0) == 0);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 7) == 0);
    CHECK(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_TIMING, 0) == 0 && prctl(PR_SET_TSC, PR_TSC_ENABLE) == 0);
    CHECK(prctl(PR_TASK_PERF_EVENTS_DISABLE) == 0 && prctl(PR_TASK_PERF_EVENTS_ENABLE) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0) == 0);
    CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0);
    CHECK(prctl(PR_CAPBSET_READ, 0) >= 0);
    show("afterwards");
    join(start(in_thread, NULL));
    show("main");
    CHECK(prctl(PR_SET_TIMERSLACK, 0) == 0);
    printf("default slack: %d\n", prctl(PR_GET_TIMERSLACK));
    nonsense();
    return check_done();
}
