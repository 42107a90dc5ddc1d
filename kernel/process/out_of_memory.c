/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of a program that has used up the memory. No locks. */
#include <asm/signal.h>
#include <hermit/console.h>
#include <hermit/entry.h>
#include <hermit/frame_alloc.h>
#include <hermit/panic.h>
#include <hermit/process.h>
#include <hermit/task.h>
#include <hermit/vm.h>
#include <stdatomic.h>

_Noreturn void vm_out_of_memory(void)
{
    static _Atomic bool reported;
    struct frame_stats frames;
    struct vm_stats vm;
    char text[200];

    frame_stats(&frames);
    vm_stats(&vm);
    int n = ksnprintf(text, sizeof(text),
                      "hermit: out of memory: the program uses %lu KiB of the machine's %lu KiB "
                      "(%lu KiB free, %lu KiB mapped); killed\n",
                      vm.resident >> 10, (unsigned long)frames.total >> 10,
                      (unsigned long)frames.free >> 10, vm.mapped >> 10);
    if (!atomic_exchange_explicit(&reported, true, memory_order_relaxed)) {
        klog("%s", text);
        console_write_error(text, (size_t)n);
    }
    process_exit(0, SIGKILL);
}
