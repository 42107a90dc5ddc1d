/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: counts executed guest instructions up to given places in the image.
 *
 *     -plugin libphases.so,out=FILE,mark=NAME:OFFSET:CODE[,mark=…]
 *
 * A mark is a function: OFFSET (hex) is its link address, of which the last 12 bits
 * count since the image lies at a random page; CODE (hex) are its first bytes, which
 * tell it from other code with the same offset. When a mark is first reached, a line
 * "NAME total cpu0 cpu1 …" is written: the instructions executed before it, by all
 * cores and by each. Counting starts at the first mark that is reached.
 *
 * A core's counter is written by that core alone; sums read them relaxed.
 */
#include "qemu_plugin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CPUS = 256, MAX_MARKS = 32, MAX_CODE = 32 };

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

struct mark {
    char name[64];
    unsigned offset; /* last 12 bits of the address */
    size_t size;     /* bytes of code */
    unsigned char code[MAX_CODE];
    atomic_bool reached;
};

static struct mark marks[MAX_MARKS];
static unsigned nr_marks, nr_cpus = 1;
static FILE *out;
static atomic_bool counting;
static struct {
    _Alignas(64) _Atomic uint64_t instructions;
} count[MAX_CPUS];

static void on_instruction(unsigned cpu, void *data)
{
    (void)data;
    if (!atomic_load_explicit(&counting, memory_order_relaxed))
        return;
    uint64_t n = atomic_load_explicit(&count[cpu].instructions, memory_order_relaxed);
    atomic_store_explicit(&count[cpu].instructions, n + 1, memory_order_relaxed);
}

static void on_mark(unsigned cpu, void *data)
{
    (void)cpu;
    struct mark *m = data;
    if (atomic_exchange(&m->reached, true))
        return;
    atomic_store(&counting, true);
    uint64_t total = 0;
    for (unsigned i = 0; i < nr_cpus; i++)
        total += atomic_load_explicit(&count[i].instructions, memory_order_relaxed);
    fprintf(out, "%s %llu", m->name, (unsigned long long)total);
    for (unsigned i = 0; i < nr_cpus; i++)
        fprintf(out, " %llu", (unsigned long long)atomic_load(&count[i].instructions));
    fprintf(out, "\n");
    fflush(out);
}

/* Compares the code from instruction `first` of the block on with the mark's. */
static bool same_code(const struct qemu_plugin_tb *tb, size_t first, const struct mark *m)
{
    size_t have = 0;
    for (size_t i = first; i < qemu_plugin_tb_n_insns(tb) && have < m->size; i++) {
        const struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        size_t n = qemu_plugin_insn_size(insn);
        if (n > m->size - have)
            n = m->size - have;
        if (memcmp(qemu_plugin_insn_data(insn), m->code + have, n) != 0)
            return false;
        have += n;
    }
    return have > 0;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        unsigned offset = qemu_plugin_insn_vaddr(insn) & 0xfff;
        for (unsigned k = 0; k < nr_marks; k++)
            if (marks[k].offset == offset && same_code(tb, i, &marks[k]))
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
                                                       &marks[k]);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
}

static bool parse_mark(const char *text)
{
    struct mark *m = &marks[nr_marks];
    char code[2 * MAX_CODE + 1];
    unsigned long address;
    if (nr_marks == MAX_MARKS ||
        sscanf(text, "%63[^:]:%lx:%64[0-9a-f]", m->name, &address, code) != 3)
        return false;
    m->offset = address & 0xfff;
    m->size = strlen(code) / 2;
    for (size_t i = 0; i < m->size; i++) {
        unsigned byte;
        sscanf(code + 2 * i, "%2x", &byte);
        m->code[i] = (unsigned char)byte;
    }
    nr_marks++;
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (info->system_emulation && info->system.max_vcpus <= MAX_CPUS)
        nr_cpus = (unsigned)info->system.max_vcpus;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0)
            out = fopen(argv[i] + 4, "w");
        else if (strncmp(argv[i], "mark=", 5) != 0 || !parse_mark(argv[i] + 5))
            return -1;
    }
    if (!out)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    return 0;
}
