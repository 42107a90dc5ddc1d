/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints which standard streams are terminals, then waits for signals, keys or lines as its
 * argument says. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void on_interrupt(int signal)
{
    static const char text[] = "interrupted\n";

    (void)signal;
    if (write(1, text, sizeof(text) - 1) < 0)
        _exit(1);
}

static void on_stop(int signal)
{
    static const char text[] = "about to stop\n", after[] = "back again\n";

    (void)signal;
    if (write(1, text, sizeof(text) - 1) < 0 || raise(SIGSTOP) != 0 ||
        write(1, after, sizeof(after) - 1) < 0)
        _exit(1);
}

static void on_continue(int signal)
{
    static const char text[] = "SIGCONT\n";

    (void)signal;
    if (write(1, text, sizeof(text) - 1) < 0)
        _exit(1);
}

static int in_raw_mode(bool signals)
{
    struct termios mode;
    char key = 0;

    if (tcgetattr(0, &mode) != 0)
        return 1;
    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO | (signals ? 0 : ISIG));
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSANOW, &mode) != 0)
        return 1;
    puts("raw");
    fflush(stdout);
    while (read(0, &key, 1) == 1 && key != 'q') {
        printf("key %d\n", key);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    struct winsize size = {0};
    char line[256];

    if (strcmp(what, "handler") == 0)
        signal(SIGINT, on_interrupt);
    if (strcmp(what, "stops") == 0) {
        signal(SIGTSTP, on_stop);
        signal(SIGCONT, on_continue);
    }
    if (strcmp(what, "ignores") == 0)
        signal(SIGTSTP, SIG_IGN);
    printf("terminals %d %d %d\n", isatty(0), isatty(1), isatty(2));
    if (ioctl(0, TIOCGWINSZ, &size) == 0)
        printf("size %d x %d\n", size.ws_col, size.ws_row);
    fflush(stdout);
    if (strcmp(what, "raw") == 0 || strcmp(what, "bytes") == 0)
        return in_raw_mode(strcmp(what, "raw") == 0);
    if (strcmp(what, "lines") == 0) {
        while (fgets(line, sizeof(line), stdin)) {
            printf("read %s", line);
            fflush(stdout);
        }
        return 0;
    }
    while (*what)
        pause();
    return 0;
}
