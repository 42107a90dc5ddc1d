/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCG plugin: how often each instruction is executed while a window is open. One CPU.
 *
 *     -plugin libprofile.so,out=FILE,open=OFFSET:CODE,close=OFFSET:CODE
 *
 * The window opens when the function `open` is entered and closes when `close` is; for
 * their form see place.h. At the end a line "open address" (where that function lay),
 * and for each instruction executed in the window a line "address times". Turns of a
 * REP instruction count each.
 */
#include "place.h"

#include <stdlib.h>

enum { TABLE = 1 << 20 };

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                      char **argv);

struct record {
    uint64_t address, times;
};

static struct place opening, closing;
static struct record records[TABLE]; /* open addressing by address; 0: free */
static uint64_t opening_address;
static bool is_open;
static FILE *out;

static struct record *record_of(uint64_t address)
{
    size_t i = (size_t)(address * 0x9e3779b97f4a7c15u >> 44);
    for (size_t tries = 0; tries < TABLE; tries++, i = (i + 1) % TABLE) {
        if (records[i].address == 0)
            records[i].address = address;
        if (records[i].address == address)
            return &records[i];
    }
    fprintf(stderr, "profile: too many instructions\n");
    abort();
}

static void on_instruction(unsigned cpu, void *data)
{
    (void)cpu;
    if (is_open)
        ((struct record *)data)->times++;
}

static void on_open(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    is_open = true;
}

static void on_close(unsigned cpu, void *data)
{
    (void)cpu;
    (void)data;
    is_open = false;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        qemu_plugin_vcpu_udata_cb_t callback = on_instruction;
        if (place_starts(&opening, tb, i)) {
            opening_address = address;
            callback = on_open;
        } else if (place_starts(&closing, tb, i)) {
            callback = on_close;
        }
        qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS,
                                               record_of(address));
    }
}

static void on_machine_end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    fprintf(out, "open %llx\n", (unsigned long long)opening_address);
    for (size_t i = 0; i < TABLE; i++)
        if (records[i].times != 0)
            fprintf(out, "%llx %llu\n", (unsigned long long)records[i].address,
                    (unsigned long long)records[i].times);
    fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (info->system_emulation && info->system.max_vcpus != 1)
        return -1;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0)
            out = fopen(argv[i] + 4, "w");
        else if (!(strncmp(argv[i], "open=", 5) == 0 && place_parse(argv[i] + 5, &opening)) &&
                 !(strncmp(argv[i], "close=", 6) == 0 && place_parse(argv[i] + 6, &closing)))
            return -1;
    }
    if (!out || opening.size == 0 || closing.size == 0)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_machine_end, NULL);
    return 0;
}
