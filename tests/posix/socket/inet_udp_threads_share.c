/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads send to a datagram socket and several receive: each datagram comes once. */
#include "inet.h"

enum { SENDERS = 3, DATAGRAMS = 2000 };

static int fd;
static struct address name;
static atomic_int seen[SENDERS][DATAGRAMS], received[SENDERS];

static void *sends(void *argument)
{
    int own = new_socket(AF_INET, SOCK_DGRAM), sender = (int)(intptr_t)argument;

    for (int i = 0; i < DATAGRAMS; i++) {
        int record[2] = {sender, i};
        while (atomic_load(&received[sender]) + 20 < i) /* what does not fit would be lost */
            sched_yield();
        REQUIRE(sendto(own, record, sizeof(record), 0, &name.any, name.length) == sizeof(record));
    }
    close(own);
    return NULL;
}

static void *receives(void *argument)
{
    int record[2];

    (void)argument;
    while (recv(fd, record, sizeof(record), 0) == sizeof(record)) {
        atomic_fetch_add(&seen[record[0]][record[1]], 1);
        atomic_fetch_add(&received[record[0]], 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t sender[SENDERS], receiver[2];

    fd = bound_socket(SOCK_DGRAM, "127.0.0.1");
    name = own_name(fd);
    for (int i = 0; i < 2; i++)
        receiver[i] = start(receives, NULL);
    for (int i = 0; i < SENDERS; i++)
        sender[i] = start(sends, (void *)(intptr_t)i);
    for (int i = 0; i < SENDERS; i++)
        join(sender[i]);
    for (int i = 0; i < SENDERS; i++)
        while (atomic_load(&received[i]) < DATAGRAMS)
            sleep_ms(1);
    for (int i = 0; i < 2; i++) /* an empty one ends a receiver */
        CHECK(sendto(fd, "", 0, 0, &name.any, name.length) == 0);
    for (int i = 0; i < 2; i++)
        join(receiver[i]);
    for (int i = 0; i < SENDERS; i++)
        for (int j = 0; j < DATAGRAMS; j++)
            REQUIRE(atomic_load(&seen[i][j]) == 1);
    return check_done();
}
