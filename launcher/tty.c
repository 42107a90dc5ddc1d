/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Terminal settings in the kernel's struct termios (asm/termbits.h), which the boot block and the
 * TERMIOS message carry. Owns the saved settings; one thread, no locks.
 */
#include "tty.h"

#include <asm/termbits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int tty_fd = -1;
static bool changed;   /* `wanted` is valid: applied unless `suspended` */
static bool suspended; /* `wanted` will be applied when in the foreground */
static struct termios saved, wanted;

_Static_assert(sizeof(struct termios) <= TTY_TERMIOS_SIZE, "struct termios fits the message");

void tty_open(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (ioctl(fd, TCGETS, &saved) == 0) {
            tty_fd = fd;
            return;
        }
    }
}

bool tty_get(uint8_t termios[TTY_TERMIOS_SIZE])
{
    struct termios now;
    memset(termios, 0, TTY_TERMIOS_SIZE);
    if (tty_fd < 0 || ioctl(tty_fd, TCGETS, &now) != 0) {
        return false;
    }
    memcpy(termios, &now, sizeof(now));
    return true;
}

void tty_size(uint16_t *rows, uint16_t *cols)
{
    struct winsize size;
    *rows = 0;
    *cols = 0;
    if (tty_fd >= 0 && ioctl(tty_fd, TIOCGWINSZ, &size) == 0) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    }
}

/* Ignores SIGTTOU, which would stop the launcher in the background. */
static void apply(const struct termios *settings)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGTTOU, &ignore, &before);
    ioctl(tty_fd, TCSETSW, settings);
    sigaction(SIGTTOU, &before, NULL);
}

void tty_set(const uint8_t termios[TTY_TERMIOS_SIZE])
{
    if (tty_fd < 0) {
        return;
    }
    memcpy(&wanted, termios, sizeof(wanted));
    changed = true;
    if (!suspended) {
        apply(&wanted);
    }
}

/* True also for a terminal that is not the controlling one. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(tty_fd);
    return group < 0 || group == getpgrp();
}

void tty_suspend(void)
{
    if (changed && !suspended && in_foreground()) {
        apply(&saved);
    }
    suspended = changed;
}

void tty_resume(void)
{
    if (suspended && in_foreground()) {
        suspended = false;
        ioctl(tty_fd, TCGETS, &saved);
        apply(&wanted);
    }
}

void tty_restore(void)
{
    if (tty_fd >= 0 && changed) {
        if (!suspended) {
            apply(&saved);
        }
        changed = false;
    }
}
