/* SPDX-License-Identifier: BSD-3-Clause */
/* Event counters as files (eventfd(2)). */
#ifndef HERMIT_EVENTFD_H
#define HERMIT_EVENTFD_H

#include <hermit/file.h>

/* flags: O_NONBLOCK. 0 or −ENOMEM. */
int eventfd_create(uint64_t count, bool semaphore, unsigned flags, struct file **file);

#endif
