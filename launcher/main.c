/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host command `hermit`: options, checks, boot block, machine, exit status.
 * See docs/launcher.md. One thread throughout.
 */
#include "boot_block.h"
#include "host.h"
#include "image.h"
#include "options.h"
#include "qemu.h"
#include "report.h"
#include "session.h"
#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HERMIT_VERSION
#define HERMIT_VERSION "0.1.0"
#endif

extern char **environ;

/*
 * Descriptors 0 to 2 that the caller left closed are opened on /dev/null, so that
 * no socket takes their number. Returns a bit for each.
 */
static unsigned open_missing_streams(void)
{
    unsigned closed = 0;
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            closed |= 1u << fd;
            if (open("/dev/null", O_RDWR) != fd) {
                _exit(HERMIT_STATUS_FAILED);
            }
        }
    }
    return closed;
}

static uint32_t boot_flags(const struct options *options, unsigned closed)
{
    uint32_t flags = options->verbose ? HERMIT_BOOT_VERBOSE : 0;
    for (int fd = 0; fd <= 2; fd++) {
        if (isatty(fd)) {
            flags |= (uint32_t)HERMIT_BOOT_STDIN_TTY << fd;
        }
        if ((closed & (1u << fd)) != 0) {
            flags |= (uint32_t)HERMIT_BOOT_STDIN_CLOSED << fd;
        }
    }
    if (options->cpus > host_cpus()) {
        flags |= HERMIT_BOOT_CPUS_SHARED;
    }
    return flags;
}

/* Where instructions are counted, one of them is a nanosecond and so is a tick of the counter. */
static uint64_t counter_frequency(const struct options *options)
{
    return qemu_has_argument(options, "-icount") ? 1000000000ULL : tsc_measure_end();
}

/*
 * Under QEMU's -seed N the run shall repeat exactly: the generator's seed comes from N,
 * and the clock from the machine's RTC (-rtc base=…). Else both are the host's.
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

static int make_initrd(const struct options *options, unsigned closed, uint64_t image_end)
{
    struct boot_settings settings = {
        .argv = options->argv,
        .argc = options->argc,
        .cwd = options->cwd,
        .flags = boot_flags(options, closed),
        .stack_size = options->stack != 0 ? options->stack : host_stack_limit(),
        .chaos_seed = options->chaos_seed,
        .root_pages = options->root_pages,
    };
    const char **environment =
        environment_merge(options->clean_env ? NULL : environ, options->env.words,
                          options->env.count, &settings.envc);
    if (environment == NULL || set_seed_and_clock(options, &settings) != 0) {
        free(environment);
        return -1;
    }
    settings.envp = environment;
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
    int status = HERMIT_STATUS_FAILED;
    if (image_open(&image, options->image) != 0) {
        return status;
    }
    if (options->cpus == 0) {
        options->cpus = options_default_cpus(options, image.links_threads, host_cpus());
    }
    tty_open();
    int initrd = make_initrd(options, closed, image.memory_end);
    if (initrd >= 0) {
        status = session_run(options, &image, initrd, closed);
    }
    tty_restore();
    if (initrd >= 0) {
        close(initrd);
    }
    image_close(&image);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = HERMIT_STATUS_FAILED;
    unsigned closed = open_missing_streams();
    tsc_measure_start();
    if (options_parse(&options, argc, argv) == 0) {
        switch (options.command) {
        case COMMAND_HELP:
            options_help();
            status = 0;
            break;
        case COMMAND_VERSION:
            puts("hermit " HERMIT_VERSION);
            status = 0;
            break;
        case COMMAND_RUN:
            status = run(&options, closed);
            break;
        }
    }
    options_free(&options);
    return status;
}
