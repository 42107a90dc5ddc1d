/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies the standard input to the standard output. */
#include <unistd.h>

int main(void)
{
    static char buffer[65536];
    ssize_t count;

    while ((count = read(0, buffer, sizeof(buffer))) > 0)
        for (ssize_t sent = 0; sent < count;) {
            ssize_t part = write(1, buffer + sent, (size_t)(count - sent));
            if (part < 0)
                return 1;
            sent += part;
        }
    return count < 0;
}
