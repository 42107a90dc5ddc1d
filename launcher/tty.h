/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The terminal that the launcher runs on, if any. Its line discipline does the
 * editing; the program's termios calls reach it through the control port.
 */
#ifndef LAUNCHER_TTY_H
#define LAUNCHER_TTY_H

#include <stdbool.h>
#include <stdint.h>

#define TTY_TERMIOS_SIZE 64

/* Finds the terminal among descriptors 0 to 2 and remembers its settings. */
void tty_open(void);

/* Its settings in the kernel ABI's layout, padded with zeros; false: no terminal. */
bool tty_get(uint8_t termios[TTY_TERMIOS_SIZE]);

/* Its size; zeros: unknown. */
void tty_size(uint16_t *rows, uint16_t *cols);

/* Sets it as TCSETSW does: once what was written has gone out. */
void tty_set(const uint8_t termios[TTY_TERMIOS_SIZE]);

/*
 * The launcher is about to be stopped: puts the settings back for the shell. Then it goes on: takes
 * those of the shell for the caller's and sets the program's again, as soon as it is called
 * in the foreground.
 */
void tty_suspend(void);
void tty_resume(void);

/* Puts the settings back as tty_open found them, if they were changed. */
void tty_restore(void);

#endif
