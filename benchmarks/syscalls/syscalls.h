/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups of rows; each returns with all CPUs allowed and no thread left. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

void plain_calls(void);  /* calls.c: one thread, nothing waits */
void memory_calls(void); /* memory.c: mmap, first touch */
void inet_calls(void);   /* inet.c: sockets over the loopback interface */
void signal_calls(void); /* calls.c: signal to self, timers */
void threads(int cpus);  /* threads.c: two threads */
void malloc_calls(void); /* memory.c: malloc with a second thread present */

#endif
