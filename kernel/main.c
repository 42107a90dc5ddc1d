/* SPDX-License-Identifier: BSD-3-Clause */
/* Start-up of the kernel: one flat list on CPU 0, a short one on each other core. */
#include <arch/cpu.h>
#include <arch/init.h>
#include <arch/layout.h>
#include <hermit/boot_info.h>
#include <hermit/chaos.h>
#include <hermit/console.h>
#include <hermit/fd_table.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/random.h>
#include <hermit/sched.h>
#include <hermit/signal.h>
#include <hermit/timer.h>
#include <hermit/virtio_rng.h>
#include <hermit/vm.h>

void kernel_main(void)
{
    arch_cpu_init(&cpu0);
    random_set_device(virtio_rng_read);
    klog("hermit: image at %#lx\n", IMAGE_LINK_BASE + boot_info.bias);
    frame_init();
    slab_init();
    vm_init();
    sched_init();
    arch_platform_init();
    time_init();
    chaos_init();
    sched_time_init();
    arch_accounting_init();
    smp_init(); /* the other cores start in parallel with the following steps */
    arch_irq_enable();
    signal_init();
    console_init();
    stdio_init();
    smp_wait();
    klog("hermit: %u cores\n", nr_cpus);
    program_start();
}

void cpu_start(struct cpu *c)
{
    frame_cpu_init(cpu_frames(c));
    timer_cpu_init(cpu_timer(c));
    sched_cpu_init(cpu_sched(c));
}
