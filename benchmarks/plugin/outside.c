/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: counts the instructions that a core executes outside one function while
 * the core is in that function, which is everything that an operating system puts there:
 * interrupts, and other threads after a preemption.
 *
 *     -plugin liboutside.so,out=FILE,loop=OFFSET:SIZE:CODE
 *
 * OFFSET (hex) is the function's link address, of which the last 12 bits count since the
 * image may lie at a random page; SIZE (hex) its bytes; CODE (hex) its first bytes. A
 * core is "in" the function from its first instruction to a return instruction in it.
 * At the end a line "loop address" (where it lay), and one for each core that was ever in it:
 *
 *     CPU inside-times outside-instructions interruptions address…
 *
 * with the addresses of the first instructions outside, one an interruption.
 *
 * A core's record is written by that core alone and read after the machine has ended.
 */
#include "qemu_plugin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CPUS = 256, MAX_CODE = 32, MAX_LISTED = 16, RETURN = 0xc3 };

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

static struct {
    unsigned long offset, size, code_size;
    unsigned char code[MAX_CODE];
    _Atomic uint64_t start; /* where the function lies; 0: not seen yet */
} loop;

static struct {
    _Alignas(64) bool inside;
    bool away; /* outside instructions since the last one inside */
    uint64_t entries, outside, interruptions;
    uint64_t listed[MAX_LISTED];
} cores[MAX_CPUS];

static FILE *out;

static void on_entry(unsigned cpu, void *data)
{
    (void)data;
    cores[cpu].inside = true;
    cores[cpu].away = false;
    cores[cpu].entries++;
}

static void on_return(unsigned cpu, void *data)
{
    (void)data;
    cores[cpu].inside = false;
}

static void on_inside(unsigned cpu, void *data)
{
    (void)data;
    cores[cpu].away = false;
}

static void on_outside(unsigned cpu, void *address)
{
    if (!cores[cpu].inside)
        return;
    cores[cpu].outside++;
    if (cores[cpu].away)
        return;
    cores[cpu].away = true;
    if (cores[cpu].interruptions < MAX_LISTED)
        cores[cpu].listed[cores[cpu].interruptions] = (uint64_t)(uintptr_t)address;
    cores[cpu].interruptions++;
}

/* Whether the function's code starts at instruction `first` of the block. */
static bool loop_starts(const struct qemu_plugin_tb *tb, size_t first)
{
    size_t have = 0;
    for (size_t i = first; i < qemu_plugin_tb_n_insns(tb) && have < loop.code_size; i++) {
        const struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        size_t n = qemu_plugin_insn_size(insn);
        if (n > loop.code_size - have)
            n = loop.code_size - have;
        if (memcmp(qemu_plugin_insn_data(insn), loop.code + have, n) != 0)
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
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        bool entry = (address & 0xfff) == (loop.offset & 0xfff) && loop_starts(tb, i);
        if (entry)
            atomic_store(&loop.start, address);
        uint64_t start = atomic_load(&loop.start);
        qemu_plugin_vcpu_udata_cb_t callback = on_outside;
        if (entry)
            callback = on_entry;
        else if (start != 0 && address > start && address - start < loop.size)
            callback = *(const unsigned char *)qemu_plugin_insn_data(insn) == RETURN ? on_return
                                                                                     : on_inside;
        /* Only a block's first instruction can be the one that comes back. */
        if (callback != on_inside || i == 0)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS,
                                                   (void *)(uintptr_t)address);
    }
}

static void on_machine_end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    fprintf(out, "loop %llx\n", (unsigned long long)atomic_load(&loop.start));
    for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
        if (cores[cpu].entries == 0)
            continue;
        fprintf(out, "%u %llu %llu %llu", cpu, (unsigned long long)cores[cpu].entries,
                (unsigned long long)cores[cpu].outside,
                (unsigned long long)cores[cpu].interruptions);
        for (unsigned i = 0; i < MAX_LISTED && i < cores[cpu].interruptions; i++)
            fprintf(out, " %llx", (unsigned long long)cores[cpu].listed[i]);
        fprintf(out, "\n");
    }
    fclose(out);
}

static bool parse_loop(const char *text)
{
    char code[2 * MAX_CODE + 1];
    if (sscanf(text, "%lx:%lx:%64[0-9a-f]", &loop.offset, &loop.size, code) != 3)
        return false;
    loop.code_size = strlen(code) / 2;
    for (size_t i = 0; i < loop.code_size; i++) {
        unsigned byte;
        sscanf(code + 2 * i, "%2x", &byte);
        loop.code[i] = (unsigned char)byte;
    }
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (info->system_emulation && info->system.max_vcpus > MAX_CPUS)
        return -1;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0)
            out = fopen(argv[i] + 4, "w");
        else if (strncmp(argv[i], "loop=", 5) != 0 || !parse_loop(argv[i] + 5))
            return -1;
    }
    if (!out || loop.code_size == 0)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_machine_end, NULL);
    return 0;
}
