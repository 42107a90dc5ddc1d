/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host command `hermit`: options, checks, boot block, machine, exit status. See
 * docs/launcher.md. One thread runs at a time (stack.c); no locks.
 */
#include "binfmt.h"
#include "boot_block.h"
#include "folder.h"
#include "host.h"
#include "image.h"
#include "options.h"
#include "qemu.h"
#include "report.h"
#include "session.h"
#include "stack.h"
#include "streams.h"
#include "tty.h"
#include "virtiofs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HERMIT_VERSION
#define HERMIT_VERSION "0.1.0"
#endif

extern char **environ;

static uint32_t boot_flags(const struct options *options)
{
    uint32_t flags = options->verbose ? HERMIT_BOOT_VERBOSE : 0;
    if (!options->quiet) {
        flags |= HERMIT_BOOT_LOST_FILES;
    }
    if (options->withheld != NULL && !options->quiet) {
        flags |= HERMIT_BOOT_FOLDER_WITHHELD;
    }
    if (options->root != NULL) {
        flags |= HERMIT_BOOT_FULL_TIMES;
    }
    if (options->cpus > host_cpus()) {
        flags |= HERMIT_BOOT_CPUS_SHARED;
    }
    return flags;
}

/* With -icount, the time-stamp counter ticks once per virtual nanosecond. */
static uint64_t counter_frequency(const struct options *options)
{
    return qemu_has_argument(options, "-icount") ? 1000000000ULL : tsc_measure_end();
}

/*
 * With QEMU's -seed N runs must repeat exactly: the random seed comes from N and the clock from the
 * machine's RTC (-rtc base=…). Else both come from the host.
 */
static int set_seed_and_clock(const struct options *options, struct boot_settings *settings)
{
    const char *fixed = qemu_argument_after(options, "-seed");
    if (fixed == NULL) {
        settings->wall_ns = wall_clock_ns();
        return host_random(settings->seed, sizeof(settings->seed));
    }
    uint64_t word = strtoull(fixed, NULL, 0);
    for (size_t i = 0; i < sizeof(settings->seed); i++) {
        word = word * 6364136223846793005ULL + 1442695040888963407ULL;
        ((uint8_t *)settings->seed)[i] = (uint8_t)(word >> 56);
    }
    return 0;
}

static int make_initrd(const struct options *options, const uint8_t streams[3], uint64_t image_end)
{
    struct boot_settings settings = {
        .argv = options->argv,
        .argc = options->argc,
        .cwd = options->cwd,
        .flags = boot_flags(options),
        .stack_size = options->stack != 0 ? options->stack : host_stack_limit(),
        .chaos_seed = options->chaos_seed,
        .root_pages = options->root_pages,
        .shares = options->shares,
        .nr_shares = options->gives_shares ? options->nr_shares : 0,
        .uid = geteuid(),
        .gid = getegid(),
        .network = network_describe(&options->network),
    };
    const char **environment =
        environment_merge(options->clean_env ? NULL : environ, options->env.words,
                          options->env.count, &settings.envc);
    if (environment == NULL || set_seed_and_clock(options, &settings) != 0) {
        free(environment);
        return -1;
    }
    settings.envp = environment;
    memcpy(settings.streams, streams, sizeof(settings.streams));
    tty_get(settings.termios);
    tty_size(&settings.rows, &settings.cols);
    settings.tsc_hz = counter_frequency(options);
    int fd = initrd_create(&settings, options, image_end);
    free(environment);
    return fd;
}

static int run(struct options *options, unsigned closed)
{
    struct image image;
    uint8_t streams[3];
    int status = HERMIT_STATUS_FAILED;
    if (image_open(&image, options->image) != 0) {
        return status;
    }
    if (options->cpus == 0) {
        options->cpus = options_default_cpus(options, image.links_threads, host_cpus());
    }
    if (folder_choose(options, image.links_files) != 0 ||
        network_choose(&options->network, image.links_network) != 0) {
        image_close(&image);
        return status;
    }
    virtiofs_start(options);
    tty_open();
    streams_describe(streams, closed);
    int initrd = -1;
    if (monitor_open(&options->monitor) == 0 &&
        network_open(&options->network) == 0) { /* which knows the addresses now */
        initrd = make_initrd(options, streams, image.memory_end);
    }
    if (initrd >= 0) {
        status = session_run(options, &image, initrd, streams);
    }
    network_close(&options->network);
    monitor_close(&options->monitor);
    virtiofs_end(options);
    tty_restore();
    if (initrd >= 0) {
        close(initrd);
    }
    image_close(&image);
    return status;
}

/* main()'s arguments and result. */
static struct {
    int argc;
    char **argv;
    int status;
} command_line;

static void obey(void)
{
    static struct options options;
    unsigned closed = streams_open_missing();
    /* Reaching RLIMIT_FSIZE then fails with EFBIG, reported like any other error. */
    signal(SIGXFSZ, SIG_IGN);
    command_line.status = HERMIT_STATUS_FAILED;
    tsc_measure_start();
    if (options_parse(&options, command_line.argc, command_line.argv) == 0) {
        switch (options.command) {
        case COMMAND_HELP:
            options_help();
            command_line.status = 0;
            break;
        case COMMAND_VERSION:
            puts("hermit " HERMIT_VERSION);
            command_line.status = 0;
            break;
        case COMMAND_BINFMT:
            command_line.status = binfmt_command(options.action);
            break;
        case COMMAND_RUN:
            command_line.status = run(&options, closed);
            break;
        }
    }
    options_free(&options);
}

int main(int argc, char **argv)
{
    command_line.argc = argc;
    command_line.argv = argv;
    stack_run(obey);
    return command_line.status;
}
