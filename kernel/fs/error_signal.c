/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the signals that accompany errors of write(2). No locks. */
#include <hermit/error_signal.h>

#include <hermit/signal.h>
#include <hermit/task.h>
#include <linux/errno.h>
#include <linux/signal.h>

int error_signal(int err)
{
    struct siginfo_data info;
    int sig = err == -EPIPE ? SIGPIPE : SIGXFSZ;
    siginfo_init(&info, sig, SI_USER);
    signal_send(current_task(), sig, &info);
    return err;
}
