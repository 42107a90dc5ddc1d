/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: counts executed guest instructions up to given places in the image.
 *
 *     -plugin libphases.so,out=FILE,mark=NAME:OFFSET:CODE[,mark=…]
 *
 * A mark is a function, see place.h. When it is first reached, a line
 * "NAME total cpu0 cpu1 …" is written: the instructions executed before it, by all
 * cores and by each. Counting starts at the first mark that is reached.
 *
 * A core's counter is written by that core alone; sums read them relaxed.
 */
#include "place.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { MAX_CPUS = 256, MAX_MARKS = 32 };

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

struct mark {
    char name[64];
    struct place place;
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

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        for (unsigned k = 0; k < nr_marks; k++)
            if (place_starts(&marks[k].place, tb, i))
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
                                                       &marks[k]);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
}

static bool parse_mark(const char *text)
{
    struct mark *m = &marks[nr_marks];
    int name = 0;
    if (nr_marks == MAX_MARKS || sscanf(text, "%63[^:]:%n", m->name, &name) != 1 || name == 0 ||
        !place_parse(text + name, &m->place))
        return false;
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
