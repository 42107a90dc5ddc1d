/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Connections wait in order; one above the backlog waits for accept; the listener's close resets
 * those that nobody accepted. */
#include "local.h"

static int server;

static void *connector(void *unused)
{
    int fd = new_socket(SOCK_STREAM);

    CHECK(connect_to(fd, "@test.queue") == 0);
    CHECK(close(fd) == 0);
    return unused;
}

static void *refused(void *unused)
{
    int fd = new_socket(SOCK_STREAM);

    CHECK_ERRNO(connect_to(fd, "@test.queue"), ECONNREFUSED);
    CHECK(close(fd) == 0);
    return unused;
}

int main(void)
{
    int fd[3];
    char byte = '0';

    server = listening(SOCK_STREAM, "@test.queue", 1);
    for (int i = 0; i < 2; i++, byte++) {
        fd[i] = new_socket(SOCK_STREAM);
        CHECK(connect_to(fd[i], "@test.queue") == 0 && write(fd[i], &byte, 1) == 1);
    }
    printf("listener %#x, client %#x\n", poll_now(server), poll_now(fd[0]));
    pthread_t thread = start_asleep(connector, NULL);
    int end = accept(server, NULL, NULL);
    CHECK(read(end, &byte, 1) == 1 && byte == '0');
    join(thread);
    thread = start_asleep(refused, NULL);
    CHECK(close(server) == 0);
    join(thread);
    printf("client %#x\n", poll_now(fd[1]));
    CHECK_ERRNO(read(fd[1], &byte, 1), ECONNRESET);
    CHECK(read(fd[1], &byte, 1) == 0);
    CHECK(write(end, "y", 1) == 1 && read(fd[0], &byte, 1) == 1 && byte == 'y');
    return check_done();
}
