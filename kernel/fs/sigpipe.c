/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the signal that comes with EPIPE. No locks. */
#include "sigpipe.h"

#include <hermit/task.h>
#include <linux/signal.h>

void sigpipe_raise(void)
{
    struct siginfo_data info;
    siginfo_init(&info, SIGPIPE, SI_USER);
    signal_send(current_task(), SIGPIPE, &info);
}
