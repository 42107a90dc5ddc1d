/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the ioctls of a terminal: the launcher holds the real terminal, the console
 * driver its settings and size. There is one session with one process group, number
 * PROCESS_ID. No locks.
 */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <asm/termios.h>
#include <hermit/console.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

#include "console_file.h"

static long get_termios(void __user *user)
{
    uint8_t raw[64];
    console_get_termios(raw);
    return copy_to_user(user, raw, sizeof(struct termios));
}

static long flush_queues(unsigned long which)
{
    if (which > TCIOFLUSH)
        return -EINVAL;
    if (which == TCOFLUSH)
        return 0; /* written bytes have been sent: nothing to discard */
    char bin[64];
    while (console_available() > 0) {
        struct io_segment segment;
        struct io_cursor io;
        io_cursor_init_kernel(&io, &segment, bin, sizeof(bin));
        if (console_read_io(&io, CONSOLE_NONBLOCK) <= 0)
            break;
    }
    return 0;
}

static long set_termios(unsigned cmd, const void __user *user)
{
    uint8_t raw[64] = {0};
    if (copy_from_user(raw, user, sizeof(struct termios)) != 0)
        return -EFAULT;
    if (cmd != TCSETS)
        console_drain();
    if (cmd == TCSETSF)
        flush_queues(TCIFLUSH);
    console_set_termios(raw);
    return 0;
}

static long get_winsize(void __user *user)
{
    struct winsize ws = {0};
    console_get_winsize(&ws.ws_row, &ws.ws_col);
    return copy_to_user(user, &ws, sizeof(ws));
}

static long set_winsize(const void __user *user)
{
    struct winsize ws;
    if (copy_from_user(&ws, user, sizeof(ws)) != 0)
        return -EFAULT;
    console_set_winsize(ws.ws_row, ws.ws_col);
    return 0;
}

static long set_foreground(const void __user *user)
{
    uint32_t group;
    if (get_user_u32(&group, user) != 0)
        return -EFAULT;
    if ((int32_t)group < 0)
        return -EINVAL;
    return group == PROCESS_ID ? 0 : -ESRCH;
}

long tty_ioctl(struct file *f, unsigned cmd, unsigned long arg)
{
    (void)f;
    void __user *user = user_ptr(arg);
    switch (cmd) {
    case TCGETS:
        return get_termios(user);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return set_termios(cmd, user);
    case TIOCGWINSZ:
        return get_winsize(user);
    case TIOCSWINSZ:
        return set_winsize(user);
    case TIOCGPGRP:
    case TIOCGSID:
        return put_user_u32(user, PROCESS_ID);
    case TIOCSPGRP:
        return set_foreground(user);
    case TIOCSCTTY:
        return 0; /* it is the controlling terminal */
    case FIONREAD:
        return put_user_u32(user, (uint32_t)console_available());
    case TIOCOUTQ:
        return put_user_u32(user, 0);
    case TCFLSH:
        return flush_queues(arg);
    case TCSBRK:
    case TCSBRKP:
        console_drain();
        return 0;
    default:
        return -ENOTTY;
    }
}
