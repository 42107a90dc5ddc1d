/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors travel in messages: new numbers for the same open files. */
#include "local.h"

static int open_files(void)
{
    int n = 0;

    for (int fd = 0; fd < 100; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void try_type(int type)
{
    int pair[2], ends[2], got[4] = {-1, -1, -1, -1}, flags;
    char buf[8];

    new_pair(type, pair);
    REQUIRE(pipe(ends) == 0);
    CHECK(send_files(pair[0], ends, 2) == 1);
    CHECK(close(ends[0]) == 0 && close(ends[1]) == 0); /* they live in the message */
    printf("%d files", receive_files(pair[1], got, 4, MSG_CMSG_CLOEXEC, &flags));
    printf(", flags %#x\n", flags);
    CHECK(fcntl(got[0], F_GETFD) == FD_CLOEXEC);
    CHECK(write(got[1], "through", 7) == 7 && read(got[0], buf, 8) == 7);
    /* Fewer places than files: the others are closed. */
    CHECK(send_files(pair[0], got, 2) == 1 && close(got[1]) == 0);
    int n = receive_files(pair[1], got + 2, 1, 0, &flags);
    printf("%d files, flags %#x\n", n, flags);
    CHECK(fcntl(got[2], F_GETFD) == 0 && close(got[2]) == 0);
    printf("poll %#x\n", poll_now(got[0])); /* no writer is left */
    CHECK(send_files(pair[0], got, 1) == 1);
    n = receive_files(pair[1], NULL, -1, 0, &flags);
    printf("%d files, flags %#x\n", n, flags);
    /* A look at a message makes descriptors, too. */
    CHECK(send_files(pair[0], got, 1) == 1);
    CHECK(receive_files(pair[1], got + 1, 1, MSG_PEEK, NULL) == 1);
    CHECK(receive_files(pair[1], got + 2, 1, 0, NULL) == 1 && got[1] != got[2]);
    CHECK(close(got[1]) == 0 && close(got[2]) == 0);
    CHECK(send_files(pair[0], got, 1) == 1 && send_files(pair[0], got, 1) == 1);
    CHECK(read(pair[1], buf, 1) == 1 && close(pair[1]) == 0); /* they go with the socket */
    CHECK(close(pair[0]) == 0 && close(got[0]) == 0);
}

int main(void)
{
    int before = open_files(), bad = 99, pair[2];

    try_type(SOCK_STREAM);
    try_type(SOCK_DGRAM);
    try_type(SOCK_SEQPACKET);
    CHECK(open_files() == before);
    new_pair(SOCK_STREAM, pair);
    CHECK_ERRNO(send_files(pair[0], &bad, 1), EBADF);
    /* Bytes before and after a descriptor are not read together with it. */
    char buf[16];
    CHECK(write(pair[0], "ab", 2) == 2 && send_files(pair[0], pair, 1) == 1);
    CHECK(write(pair[0], "cd", 2) == 2);
    printf("%d", (int)read(pair[1], buf, 16));
    printf(" %d\n", (int)recv(pair[1], buf, 16, MSG_DONTWAIT));
    return check_done();
}
