/* SPDX-License-Identifier: BSD-3-Clause */
/* Whatever SO_LINGER says, what was sent before close arrives, unless it is on with no time. */
#include "inet.h"

static char block[8000];

static void closes(const char *what, int on, int seconds)
{
    struct linger l = {on, seconds};
    int end[2];
    size_t done = 0;
    ssize_t n;
    static char text[8000];

    new_connection("127.0.0.1", end);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l)) == 0);
    CHECK(send(end[0], block, sizeof(block), 0) == sizeof(block));
    CHECK(close(end[0]) == 0);
    while ((n = read(end[1], text, sizeof(text))) > 0) {
        CHECK(memcmp(text, block + done, (size_t)n) == 0);
        done += (size_t)n;
    }
    printf("%s: %zu bytes, then %s\n", what, done, n == 0 ? "the end" : strerror(errno));
    close(end[1]);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)(i * 13);
    closes("off", 0, 0);
    closes("five seconds", 1, 5);
    closes("off, with a time", 0, 5);
    return check_done();
}
