/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The launcher's terminal, if any. The host's line discipline does the line editing; the program's
 * termios calls reach it through the control port.
 */
#ifndef LAUNCHER_TTY_H
#define LAUNCHER_TTY_H

#include <stdbool.h>
#include <stdint.h>

#define TTY_TERMIOS_SIZE 64

/* Finds a terminal among descriptors 0 to 2 and saves its settings. */
void tty_open(void);

/* Stores the settings in the kernel ABI's layout, padded with zeros; false: no terminal. */
bool tty_get(uint8_t termios[TTY_TERMIOS_SIZE]);

/* Stores the window size; zeros: unknown. */
void tty_size(uint16_t *rows, uint16_t *cols);

/* Applies settings as TCSETSW does, after pending output has been written. */
void tty_set(const uint8_t termios[TTY_TERMIOS_SIZE]);

/*
 * tty_suspend: before the launcher stops, restores the saved settings for the shell. tty_resume:
 * after it continues, saves the shell's current settings and applies the program's again; does
 * nothing until it is called in the foreground.
 */
void tty_suspend(void);
void tty_resume(void);

/* Restores the saved settings if they were changed. */
void tty_restore(void);

#endif
