/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: counts executed guest instructions and sent interprocessor interrupts in
 * marked sections of a program (benchmarks/scale/section.h), whatever kernel runs it.
 *
 *     -plugin libsections.so,out=FILE
 *
 * Each time that a section ends, a line "NUMBER instructions ipis cpus" is written: what all CPUs
 * together have executed and sent since its beginning, and how many CPUs executed
 * anything. An interrupt is counted when the xAPIC's command register is written: one
 * for many CPUs at once counts once.
 *
 * A core's counters are written by that core alone; sums read them relaxed.
 */
#include "../scale/section.h"
#include "qemu_plugin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CPUS = 256 };

#define ICR_ADDRESS UINT64_C(0xfee00300)
#define PAGE_OFFSET UINT64_C(0xfff)
#define MOV_TO_EAX  0xb8 /* and four bytes of constant */

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

static FILE *out;
static atomic_bool counting;
static struct {
    _Alignas(64) _Atomic uint64_t instructions;
    _Atomic uint64_t ipis;
} count[MAX_CPUS];

/* Only the counter's own core writes, so this needs no locked instruction. */
static void increment(_Atomic uint64_t *counter)
{
    uint64_t n = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, n + 1, memory_order_relaxed);
}

static void on_instruction(unsigned cpu, void *data)
{
    (void)data;
    if (atomic_load_explicit(&counting, memory_order_relaxed))
        increment(&count[cpu].instructions);
}

static void on_write(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
    (void)data;
    if ((vaddr & PAGE_OFFSET) != (ICR_ADDRESS & PAGE_OFFSET) ||
        !atomic_load_explicit(&counting, memory_order_relaxed))
        return;
    const struct qemu_plugin_hwaddr *address = qemu_plugin_get_hwaddr(info, vaddr);
    if (address && qemu_plugin_hwaddr_is_io(address) &&
        qemu_plugin_hwaddr_phys_addr(address) == ICR_ADDRESS)
        increment(&count[cpu].ipis);
}

static void begin_section(void)
{
    for (unsigned i = 0; i < MAX_CPUS; i++) {
        atomic_store_explicit(&count[i].instructions, 0, memory_order_relaxed);
        atomic_store_explicit(&count[i].ipis, 0, memory_order_relaxed);
    }
    atomic_store(&counting, true);
}

static void end_section(unsigned number)
{
    atomic_store(&counting, false);
    uint64_t instructions = 0, ipis = 0;
    unsigned cpus = 0;
    for (unsigned i = 0; i < MAX_CPUS; i++) {
        uint64_t n = atomic_load_explicit(&count[i].instructions, memory_order_relaxed);
        instructions += n;
        ipis += atomic_load_explicit(&count[i].ipis, memory_order_relaxed);
        cpus += n > 0;
    }
    fprintf(out, "%u %llu %llu %u\n", number, (unsigned long long)instructions,
            (unsigned long long)ipis, cpus);
    fflush(out);
}

static void on_mark(unsigned cpu, void *data)
{
    (void)cpu;
    unsigned number = (unsigned)((uintptr_t)data & 0xff);
    if (number & SECTION_END)
        end_section(number & (SECTION_END - 1));
    else
        begin_section();
}

/* The constant that a marking instruction loads; 0: it is none. */
static uint32_t mark_of(const struct qemu_plugin_insn *insn)
{
    const unsigned char *code = qemu_plugin_insn_data(insn);
    uint32_t constant;
    if (qemu_plugin_insn_size(insn) != 5 || code[0] != MOV_TO_EAX)
        return 0;
    memcpy(&constant, code + 1, sizeof(constant));
    return (constant & ~UINT32_C(0xff)) == SECTION_MARK ? constant : 0;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uintptr_t mark = mark_of(insn);
        if (mark) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
                                                   (void *)mark);
            continue;
        }
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, QEMU_PLUGIN_CB_NO_REGS, NULL);
        qemu_plugin_register_vcpu_mem_cb(insn, on_write, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W,
                                         NULL);
    }
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (!info->system_emulation || argc != 1 || strncmp(argv[0], "out=", 4) != 0)
        return -1;
    out = fopen(argv[0] + 4, "w");
    if (!out)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
