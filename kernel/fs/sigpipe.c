/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the signal that comes with EPIPE. No locks. */
#include "sigpipe.h"

#include <asm/signal.h>
#include <hermit/task.h>

void sigpipe_raise(void)
{
    signal_send(current_task(), SIGPIPE, NULL);
}
