/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start of the other cores. CPU 0 makes their data and stacks, starts all of them
 * at once and waits for them only before the program starts. No locks: each core
 * writes its own struct cpu, and sets `online` when done.
 */
#include "smp.h"
#include "acpi.h"
#include "apic.h"
#include "cpuid.h"
#include <arch/cpu.h>
#include <arch/init.h>
#include <arch/layout.h>
#include <arch/time.h>
#include <arch/tlb.h>
#include <hermit/boot_info.h>
#include <hermit/entry.h>
#include <hermit/kmalloc.h>
#include <hermit/kstack.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/string.h>
#include <stdatomic.h>

#define INIT_DELAY_NS   10000000UL  /* SDM: 10 ms between INIT and start-up; real processors only */
#define RESEND_NS       500000000UL /* until the start-up IPI is repeated */
#define GIVE_UP_NS      120000000000UL
#define NR_FATAL_STACKS 3
#define ROOT_ENTRIES    512

extern uint64_t boot_pml4[ROOT_ENTRIES] __attribute__((visibility("hidden")));

/* For ap_start.S, which reads apic_ids at the start of `platform` and kstack_top at 0x10. */
_Static_assert(offsetof(struct platform, apic_ids) == 0, "ap_start.S");
_Static_assert(offsetof(struct cpu, kstack_top) == 0x10, "ap_start.S");
extern unsigned ap_count __attribute__((visibility("hidden")));
extern paddr_t boot_info_root __attribute__((visibility("hidden")));
unsigned ap_count;      /* entries of `cpus` and platform.apic_ids that are filled */
paddr_t boot_info_root; /* boot_info.root */

static struct cpu *new_cpu(unsigned id)
{
    struct cpu *c = cpu_alloc();
    void *fatal = kmalloc(NR_FATAL_STACKS * FATAL_STACK_SIZE);
    uintptr_t stack = kstack_alloc();

    if (c == NULL || fatal == NULL || stack == 0)
        boot_fail("not enough memory for %u processors", platform.nr_cpus);
    c->id = id;
    c->self = c;
    c->canary = cpu0.canary; /* the same on all cores: tasks move between them */
    c->kstack_top = stack;
    c->arch.apic_id = platform.apic_ids[id];
    c->arch.fatal_stacks = (uintptr_t)fatal;
    return c;
}

/* The trampoline's copy of a label. */
static char *copy_of(const char *label)
{
    return (char *)phys_to_virt(boot_info.trampoline) + (label - ap_trampoline);
}

static void fill(const char *label, const void *value, size_t size)
{
    memcpy(copy_of(label), value, size);
}

static uint32_t low_address(const char *label)
{
    return (uint32_t)(boot_info.trampoline + (paddr_t)(label - ap_trampoline));
}

static void install_trampoline(void)
{
    const uint64_t *root = phys_to_virt(boot_info.root);
    uint32_t gdt = low_address(ap_gdt), code32 = low_address(ap_code32);
    uint32_t code64 = low_address(ap_code64);
    uint32_t tables = (uint32_t)((uintptr_t)boot_pml4 - boot_info.bias);
    uint64_t target = (uint64_t)ap_start64;

    memcpy(phys_to_virt(boot_info.trampoline), ap_trampoline,
           (size_t)(ap_trampoline_end - ap_trampoline));
    fill(ap_gdt_base, &gdt, sizeof(gdt));
    fill(ap_far32, &code32, sizeof(code32));
    fill(ap_far64, &code64, sizeof(code64));
    fill(ap_tables, &tables, sizeof(tables));
    fill(ap_target, &target, sizeof(target));
    for (unsigned i = 1; i < ROOT_ENTRIES; i++) /* 0 stays the identity map */
        boot_pml4[i] = root[i];
}

static void wait_ns(uint64_t ns)
{
    uint64_t end = arch_clock_read() + ns;

    while (arch_clock_read() < end)
        arch_cpu_relax();
}

static void send_startup(void)
{
    for (unsigned i = 1; i < ap_count; i++)
        if (!atomic_load_explicit(&cpus[i]->online, memory_order_relaxed))
            apic_send_startup(cpus[i]->arch.apic_id, boot_info.trampoline);
}

void smp_init(void)
{
    cpu0.arch.apic_id = platform.apic_ids[0];
    atomic_store_explicit(&cpu0.online, true, memory_order_release);
    ap_count = platform.nr_cpus;
    if (ap_count == 1)
        return;
    if (boot_info.trampoline == 0)
        boot_fail("no free page below 1 MiB to start %u processors", ap_count);
    boot_info_root = boot_info.root;
    for (unsigned i = 1; i < ap_count; i++)
        cpus[i] = new_cpu(i);
    install_trampoline();
    for (unsigned i = 1; i < ap_count; i++)
        apic_send_init(cpus[i]->arch.apic_id);
    if (!boot_info.hypervisor)
        wait_ns(INIT_DELAY_NS);
    send_startup();
}

static unsigned count_online(void)
{
    unsigned n = 1;

    for (unsigned i = 1; i < ap_count; i++) /* acquire pairs with ap_main() */
        n += atomic_load_explicit(&cpus[i]->online, memory_order_acquire);
    return n;
}

void smp_wait(void)
{
    uint64_t start = arch_clock_read(), resend = start + RESEND_NS;

    while (count_online() < ap_count) {
        uint64_t now = arch_clock_read();
        if (now > start + GIVE_UP_NS)
            boot_fail("only %u of %u processors have started", count_online(), ap_count);
        if (now > resend) {
            send_startup();
            resend = now + RESEND_NS;
        }
        arch_cpu_relax();
    }
    nr_cpus = ap_count;
}

__attribute__((no_stack_protector)) void ap_main(struct cpu *c)
{
    arch_cpu_init(c);
    apic_cpu_init();
    arch_timer_cpu_init();
    cpu_start(c);
    atomic_store_explicit(&c->online, true, memory_order_release); /* pairs: count_online() */
    tlb_idle_exit();
    sched_idle_loop();
}
