/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* siginfo of kill and tgkill names code, process and user. */
#include "check.h"
#include <sys/syscall.h>

static siginfo_t seen;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    seen = *info;
    CHECK(signal == info->si_signo && context != NULL);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(seen.si_code == SI_USER && seen.si_pid == getpid() && seen.si_uid == getuid());
    memset(&seen, 0, sizeof(seen));
    CHECK(syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1) == 0);
    CHECK(seen.si_code == SI_TKILL && seen.si_pid == getpid() && seen.si_uid == getuid());
    memset(&seen, 0, sizeof(seen));
    CHECK(syscall(SYS_tkill, gettid(), SIGUSR1) == 0);
    CHECK(seen.si_code == SI_TKILL && seen.si_errno == 0);
    return check_done();
}
