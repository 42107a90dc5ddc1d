/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Terminal settings by the kernel's own structure (asm/termbits.h), which is what
 * the boot block and the TERMIOS message carry. Owns the saved settings; one thread.
 */
#include "tty.h"

#include <asm/termbits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

static int tty_fd = -1;
static bool changed;
static struct termios saved;

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

/* From the background, setting a terminal would stop the launcher by SIGTTOU. */
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
    struct termios settings;
    if (tty_fd < 0) {
        return;
    }
    memcpy(&settings, termios, sizeof(settings));
    changed = true;
    apply(&settings);
}

void tty_restore(void)
{
    if (tty_fd >= 0 && changed) {
        apply(&saved);
        changed = false;
    }
}
