/* SPDX-License-Identifier: BSD-3-Clause */
/* First 16550 (COM1), for output before the console is up. Polls; no state, no locks. */
#include "ports.h"
#include <hermit/klog.h>

#define COM1             0x3f8
#define LINE_STATUS      (COM1 + 5)
#define TRANSMITTER_FREE 0x20
#define NO_DEVICE        0xff
#define PATIENCE         100000 /* reads of the status before the byte is sent anyway */

void early_serial_write(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned tries = PATIENCE;
        uint8_t status;
        do
            status = inb(LINE_STATUS);
        while (!(status & TRANSMITTER_FREE) && --tries > 0);
        if (status == NO_DEVICE)
            return;
        outb(COM1, (uint8_t)text[i]);
    }
}
