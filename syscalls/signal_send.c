/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: system calls that send signals. There is one process: only its number, its group's and its
 * threads' can be found. No locks of its own. */
#include "syscall.h"
#include <hermit/signal.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/signal.h>

#include "handlers.h"

/* Sends to the thread `t` (consumes its reference), or to the process if NULL. */
static long send(struct task *t, int sig, const struct siginfo_data *info)
{
    long err = 0;
    if (sig < 0 || sig > SIGNAL_MAX)
        err = -EINVAL;
    else if (sig != 0)
        err = signal_send(t, sig, info);
    if (t != NULL)
        task_put(t);
    return err;
}

/* True if kill(pid) means this process. A thread's number stands for its process, as on Linux. */
static bool names_process(int pid)
{
    if (pid == 0 || pid == PROCESS_ID || pid == -PROCESS_ID)
        return true;
    struct task *t = pid > 0 ? task_find(pid) : NULL;
    if (t == NULL)
        return false;
    bool application = !(t->flags & TASK_KERNEL);
    task_put(t);
    return application;
}

/* Returns a reference, or NULL if no application thread has this number. */
static struct task *find_thread(int tid)
{
    struct task *self = current_task();
    if (tid == self->tid) {
        atomic_fetch_add_explicit(&self->refs, 1, memory_order_relaxed);
        return self;
    }
    struct task *t = task_find(tid);
    if (t != NULL && t->flags & TASK_KERNEL) {
        task_put(t);
        return NULL;
    }
    return t;
}

/* pid −1 means all other processes: there are none. */
long sys_kill(pid_t pid, int sig)
{
    if (pid == -1 || !names_process(pid))
        return -ESRCH;
    return send(NULL, sig, NULL);
}

static long send_to_thread(int tid, int sig, const struct siginfo_data *info)
{
    struct task *t = find_thread(tid);
    return t != NULL ? send(t, sig, info) : -ESRCH;
}

long sys_tkill(pid_t tid, int sig)
{
    if (tid <= 0)
        return -EINVAL;
    return send_to_thread(tid, sig, NULL);
}

long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
    if (tgid <= 0 || tid <= 0)
        return -EINVAL;
    if (tgid != PROCESS_ID)
        return -ESRCH;
    return send_to_thread(tid, sig, NULL);
}

/* Codes whose fields the kernel knows. For any other code, no field may be dropped. */
static bool is_known_code(int code)
{
    return (code >= SI_DETHREAD && code <= SI_USER) || code == SI_KERNEL || code == SI_ASYNCNL ||
           (code > 0 && code <= NSIGPOLL);
}

/* A thread may send codes that mean "from the kernel" or "by tgkill" only to itself. Linux compares
 * the receiver's number alone: the first thread's is also the process's. */
static bool may_claim(int code, int receiver)
{
    return (code < 0 && code != SI_TKILL) || receiver == current_task()->tid;
}

/* Returns 0, −EFAULT, or −E2BIG if an unknown code has fields that siginfo_data cannot hold. */
static int import_info(struct siginfo_data *info, const struct siginfo __user *uinfo, int sig)
{
    uint64_t rest[(SIGINFO_SIZE - sizeof(*info)) / sizeof(uint64_t)];
    if (copy_from_user(info, uinfo, sizeof(*info)) != 0)
        return -EFAULT;
    info->signo = sig;
    if (is_known_code(info->code))
        return 0;
    if (copy_from_user(rest, user_ptr(user_addr(uinfo) + sizeof(*info)), sizeof(rest)) != 0)
        return -EFAULT;
    for (size_t i = 0; i < ARRAY_SIZE(rest); i++)
        if (rest[i] != 0)
            return -E2BIG;
    return 0;
}

long sys_rt_sigqueueinfo(pid_t pid, int sig, const struct siginfo __user *uinfo)
{
    struct siginfo_data info;
    int err = import_info(&info, uinfo, sig);
    if (err != 0)
        return err;
    if (!may_claim(info.code, pid))
        return -EPERM;
    return pid > 0 && names_process(pid) ? send(NULL, sig, &info) : -ESRCH;
}

long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, const struct siginfo __user *uinfo)
{
    struct siginfo_data info;
    int err = import_info(&info, uinfo, sig);
    if (err != 0)
        return err;
    if (tgid <= 0 || tid <= 0)
        return -EINVAL;
    if (!may_claim(info.code, tid))
        return -EPERM;
    return tgid == PROCESS_ID ? send_to_thread(tid, sig, &info) : -ESRCH;
}
