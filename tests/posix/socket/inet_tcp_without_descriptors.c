/* SPDX-License-Identifier: BSD-3-Clause */
/* Without a free descriptor socket and accept are EMFILE; the connection waits for the next. */
#include "inet.h"
#include <sys/resource.h>

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd = new_socket(AF_INET, SOCK_STREAM), end;
    struct rlimit before, now;
    char c;

    CHECK(connect_to_socket(fd, server) == 0);
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    now = before;
    now.rlim_cur = (rlim_t)fd + 1;
    CHECK(setrlimit(RLIMIT_NOFILE, &now) == 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EMFILE);
    CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, 0), EMFILE);
    CHECK_ERRNO(socket(AF_INET6, SOCK_DGRAM, 0), EMFILE);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    end = accept(server, NULL, NULL);
    CHECK(end >= 0 && write(fd, "x", 1) == 1 && read(end, &c, 1) == 1 && c == 'x');
    return check_done();
}
