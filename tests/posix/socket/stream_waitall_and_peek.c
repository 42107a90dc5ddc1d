/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* MSG_WAITALL waits for all bytes or the end, SO_RCVLOWAT for some; MSG_PEEK leaves them. */
#include "local.h"

static int pair[2];

static void *in_pieces(void *unused)
{
    for (int i = 0; i < 4; i++) {
        sleep_ms(5);
        CHECK(write(pair[0], "piece", 5) == 5);
    }
    sleep_ms(5);
    CHECK(shutdown(pair[0], SHUT_WR) == 0);
    return unused;
}

int main(void)
{
    char buf[64];

    new_pair(SOCK_STREAM, pair);
    CHECK(write(pair[0], "one", 3) == 3 && write(pair[0], "two", 3) == 3);
    CHECK(recv(pair[1], buf, 64, MSG_PEEK) == 6 && memcmp(buf, "onetwo", 6) == 0);
    CHECK(recv(pair[1], buf, 2, MSG_PEEK) == 2);
    CHECK(recv(pair[1], buf, 64, MSG_TRUNC | MSG_DONTWAIT) == 6);
    pthread_t thread = start(in_pieces, NULL);
    CHECK(recv(pair[1], buf, 12, MSG_WAITALL) == 12 && memcmp(buf, "piecepiecepi", 12) == 0);
    CHECK(recv(pair[1], buf, 20, MSG_WAITALL) == 8);
    CHECK(recv(pair[1], buf, 20, MSG_WAITALL) == 0);
    join(thread);
    CHECK(set_int_option(pair[0], SO_RCVLOWAT, 10) == 0);
    printf("lowat %d\n", int_option(pair[0], SO_RCVLOWAT));
    CHECK(write(pair[1], "0123456", 7) == 7);
    CHECK(recv(pair[0], buf, 64, MSG_DONTWAIT) == 7);
    CHECK(write(pair[1], "0123456", 7) == 7);
    CHECK(recv(pair[0], buf, 3, 0) == 3);
    return check_done();
}
