/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of `hermit run` and the equivalent environment variables. An option overrides
 * its variable, a variable the default.
 */
#ifndef LAUNCHER_OPTIONS_H
#define LAUNCHER_OPTIONS_H

#include "monitor.h"
#include "network.h"
#include "share.h"
#include "trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPUS_MAX    255u
#define MEM_MIN     (2ULL << 20)
#define MEM_MAX     (1ULL << 46)
#define MEM_DEFAULT (512ULL << 20)
#define STACK_MIN   (16ULL << 10)

enum accel {
    ACCEL_AUTO,
    ACCEL_TCG,
    ACCEL_KVM,
};

enum machine {
    MACHINE_MICROVM,
    MACHINE_Q35,
};

enum command {
    COMMAND_RUN,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_BINFMT,
};

/* Words in the order given; the strings belong to the command line. */
struct word_list {
    const char **words;
    size_t count;
};

struct options {
    enum command command;
    const char *action;   /* COMMAND_BINFMT: one of binfmt_actions */
    unsigned cpus;        /* 0: see options_default_cpus */
    uint64_t mem;         /* bytes */
    uint32_t root_pages;  /* as in the boot block */
    uint64_t stack;       /* bytes, UINT64_MAX: no limit, 0: the caller's limit */
    uint64_t timeout_ms;  /* 0: none */
    const char *root;     /* folder copied to /, or NULL */
    const char *root_ro;  /* folder of the host below /, or NULL; the first of `shares`, too */
    const char *initrd;   /* newc archive used as /, or NULL */
    const char *cwd;      /* working folder inside the machine; NULL: folder_choose() has it */
    char *own_cwd;        /* … which chose this one; malloc */
    bool isolated;        /* the current folder is not shared unless it is named */
    const char *withheld; /* why the current folder is not shared though it was to be; NULL */
    const char *argv0;    /* the program's argv[0], NULL: the image as it was given */
    const char *qemu;     /* path or name of the emulator, NULL: qemu-system-x86_64 */
    enum accel accel;
    enum machine machine;
    bool clean_env;
    bool verbose;
    bool quiet;           /* nothing is said of files that are lost at the end */
    unsigned debug_port;  /* TCP port of the gdb stub, 0: none */
    uint32_t chaos_seed;  /* 0: the kernel's choice */
    struct word_list env; /* K=V */
    struct word_list qemu_args;
    struct share shares[HERMIT_SHARES_MAX];
    size_t nr_shares;
    struct network network;
    struct monitor monitor;
    struct trace_options trace;
    bool gives_shares; /* the machine gets them: folder_choose() */
    const char *image;
    const char **argv; /* the program's; not NULL-terminated */
    size_t argc;
};

/*
 * Fills `options` from the environment and the command line (with the program's name first).
 * Returns 0, or −1 after one line on stderr. options_free releases its memory and may be called in
 * either case.
 */
int options_parse(struct options *options, int argc, char **argv);

/*
 * The default number of processors: one without threads, else as many as the caller may use
 * (`available`), limited by the program's OMP_NUM_THREADS if that is a single number.
 */
unsigned options_default_cpus(const struct options *options, bool threads, unsigned available);
void options_free(struct options *options);

/* Prints the help text. */
void options_help(void);

#endif
