/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* rt_tgsigqueueinfo hands a siginfo of the sender's making to one thread, rt_sigqueueinfo to the
 * process. Codes that only the kernel uses, or that tgkill stands for, go to oneself alone: to the
 * calling thread; for the process, from its first thread. */
#include "check.h"
#include <sys/syscall.h>

static atomic_int thread_id, done;
static _Thread_local bool is_target;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("signal %d, code %d, value %d, %s\n", signal - SIGRTMIN, info->si_code,
           info->si_value.sival_int, is_target ? "in the thread" : "elsewhere");
    atomic_fetch_add(&done, 1);
}

static void *target(void *unused)
{
    (void)unused;
    is_target = true;
    atomic_store(&thread_id, gettid());
    while (atomic_load(&done) < 2)
        sleep_ms(1);
    return NULL;
}

static long send(pid_t group, pid_t thread, int signal, int code)
{
    siginfo_t info = {.si_code = code, .si_signo = 3}; /* the number is the call's */

    info.si_pid = getpid();
    info.si_value.sival_int = 1234;
    return syscall(SYS_rt_tgsigqueueinfo, group, thread, signal, &info);
}

static long send_to_process(int code)
{
    siginfo_t info = {.si_code = code};

    info.si_value.sival_int = 5678;
    return syscall(SYS_rt_sigqueueinfo, getpid(), SIGRTMIN + 1, &info);
}

static void *not_the_first(void *unused)
{
    (void)unused;
    CHECK_ERRNO(send_to_process(SI_USER), EPERM);
    CHECK_ERRNO(send_to_process(SI_TKILL), EPERM);
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    CHECK(sigaction(SIGRTMIN + 1, &action, NULL) == 0);
    pthread_t thread = start(target, NULL);
    while (atomic_load(&thread_id) == 0)
        sched_yield();
    pid_t tid = atomic_load(&thread_id);
    CHECK(send(getpid(), tid, SIGRTMIN + 1, SI_QUEUE) == 0);
    await(&done, 1);
    CHECK_ERRNO(send(getpid(), tid, SIGRTMIN + 1, SI_USER), EPERM);
    CHECK_ERRNO(send(getpid(), tid, SIGRTMIN + 1, SI_TKILL), EPERM);
    CHECK_ERRNO(send(getpid(), tid, SIGRTMIN + 1, 5), EPERM);
    CHECK(send(getpid(), tid, SIGRTMIN + 1, SI_MESGQ) == 0);
    join(thread);
    CHECK(send(getpid(), gettid(), SIGRTMIN + 1, SI_USER) == 0);
    CHECK(send(getpid(), gettid(), SIGRTMIN + 1, 5) == 0);
    CHECK(send_to_process(SI_USER) == 0 && send_to_process(SI_TKILL) == 0);
    join(start(not_the_first, NULL));

    CHECK_ERRNO(send(getpid(), 4194303, SIGRTMIN + 1, SI_QUEUE), ESRCH);
    CHECK_ERRNO(send(4194303, gettid(), SIGRTMIN + 1, SI_QUEUE), ESRCH);
    CHECK_ERRNO(send(0, gettid(), SIGRTMIN + 1, SI_QUEUE), EINVAL);
    CHECK_ERRNO(send(getpid(), -1, SIGRTMIN + 1, SI_QUEUE), EINVAL);
    CHECK_ERRNO(send(getpid(), gettid(), 65, SI_QUEUE), EINVAL);
    CHECK(send(getpid(), gettid(), 0, SI_QUEUE) == 0); /* only asks whether it is there */
    CHECK_ERRNO(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGRTMIN + 1, 8L), EFAULT);
    return check_done();
}
