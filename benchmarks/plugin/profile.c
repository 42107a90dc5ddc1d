/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: how often each translated block ran, for `benchmarks/profile`.
 *
 *     -plugin libprofile.so,out=FILE[,from=ADDRESS][,to=ADDRESS]
 *
 * Counts from each time the instruction at `from` runs until the one at `to` does; from
 * the start and to the end without them. At the end FILE gets a line "address
 * instructions runs" (the first hexadecimal) for each block that ran. Addresses are the
 * guest's: link the program with -no-pie. A block that a fault leaves early counts whole.
 *
 * Blocks are made under QEMU's own lock; a block's count is approximate if several CPUs
 * run it at once, so use one.
 */
#include "qemu_plugin.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 16 };

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

struct block {
    struct block *next;
    uint64_t address, runs;
    size_t instructions;
};

static struct block *buckets[BUCKETS];
static uint64_t from, to;
static atomic_bool counting;
static FILE *out;

/* A block is translated again after QEMU has dropped it: same count. */
static struct block *block_of(uint64_t address, size_t instructions)
{
    struct block **head = &buckets[(address ^ (address >> 16)) % BUCKETS];
    for (struct block *b = *head; b != NULL; b = b->next)
        if (b->address == address && b->instructions == instructions)
            return b;
    struct block *b = calloc(1, sizeof(*b));
    if (b == NULL)
        abort();
    b->address = address;
    b->instructions = instructions;
    b->next = *head;
    *head = b;
    return b;
}

static void on_block(unsigned cpu, void *data)
{
    (void)cpu;
    if (atomic_load_explicit(&counting, memory_order_relaxed))
        ((struct block *)data)->runs++;
}

static void on_border(unsigned cpu, void *data)
{
    (void)cpu;
    atomic_store(&counting, data != NULL);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    size_t n = qemu_plugin_tb_n_insns(tb);
    uint64_t address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS,
                                         block_of(address, n));
    for (size_t i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t at = qemu_plugin_insn_vaddr(insn);
        if (at == from || at == to)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_border, QEMU_PLUGIN_CB_NO_REGS,
                                                   at == from ? &counting : NULL);
    }
}

static void write_blocks(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    for (size_t i = 0; i < BUCKETS; i++)
        for (const struct block *b = buckets[i]; b != NULL; b = b->next)
            if (b->runs != 0)
                fprintf(out, "%llx %zu %llu\n", (unsigned long long)b->address, b->instructions,
                        (unsigned long long)b->runs);
    fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0)
            out = fopen(argv[i] + 4, "w");
        else if (strncmp(argv[i], "from=", 5) == 0)
            from = strtoull(argv[i] + 5, NULL, 16);
        else if (strncmp(argv[i], "to=", 3) == 0)
            to = strtoull(argv[i] + 3, NULL, 16);
        else
            return -1;
    }
    if (out == NULL)
        return -1;
    atomic_store(&counting, from == 0);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, write_blocks, NULL);
    return 0;
}
