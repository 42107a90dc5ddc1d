/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads write to a connection, several read from it, several accept: nothing is lost or
 * comes twice. */
#include "inet.h"

enum { WRITERS = 4, RECORDS = 3000 };

static int end[2], server;
static atomic_int seen[WRITERS][RECORDS];
static atomic_int accepted;

struct record {
    int writer, number;
};

static void *writes(void *argument)
{
    for (int i = 0; i < RECORDS; i++) {
        struct record r = {(int)(intptr_t)argument, i};
        REQUIRE(send(end[0], &r, sizeof(r), 0) == sizeof(r));
    }
    return NULL;
}

static void *reads(void *argument)
{
    struct record r;
    ssize_t n;

    (void)argument;
    while ((n = recv(end[1], &r, sizeof(r), MSG_WAITALL)) == sizeof(r)) {
        REQUIRE(r.writer >= 0 && r.writer < WRITERS && r.number >= 0 && r.number < RECORDS);
        atomic_fetch_add(&seen[r.writer][r.number], 1);
    }
    CHECK(n == 0);
    return NULL;
}

static void *accepts(void *argument)
{
    (void)argument;
    for (int fd; (fd = accept(server, NULL, NULL)) >= 0;) {
        atomic_fetch_add(&accepted, 1);
        close(fd);
    }
    return NULL;
}

static void *connects(void *argument)
{
    char c;

    (void)argument;
    for (int i = 0; i < 50; i++) {
        int fd = new_socket(AF_INET, SOCK_STREAM);
        REQUIRE(connect_to_socket(fd, server) == 0);
        REQUIRE(read(fd, &c, 1) == 0);
        close(fd);
    }
    return NULL;
}

int main(void)
{
    pthread_t writer[WRITERS], reader[3], other[6];

    new_connection("127.0.0.1", end);
    for (int i = 0; i < 3; i++)
        reader[i] = start(reads, NULL);
    for (int i = 0; i < WRITERS; i++)
        writer[i] = start(writes, (void *)(intptr_t)i);
    for (int i = 0; i < WRITERS; i++)
        join(writer[i]);
    CHECK(shutdown(end[0], SHUT_WR) == 0);
    for (int i = 0; i < 3; i++)
        join(reader[i]);
    for (int i = 0; i < WRITERS; i++)
        for (int j = 0; j < RECORDS; j++)
            REQUIRE(atomic_load(&seen[i][j]) == 1);

    server = listening_socket("127.0.0.1", 3);
    for (int i = 0; i < 3; i++)
        other[i] = start(accepts, NULL);
    for (int i = 3; i < 6; i++)
        other[i] = start(connects, NULL);
    for (int i = 3; i < 6; i++)
        join(other[i]);
    CHECK(shutdown(server, SHUT_RD) == 0);
    for (int i = 0; i < 3; i++)
        join(other[i]);
    printf("%d accepted\n", atomic_load(&accepted));
    return check_done();
}
