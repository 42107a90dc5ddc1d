/* SPDX-License-Identifier: BSD-3-Clause */
/* The port of a netlink socket: the process's number for the first one that needs one, one of its
 * own for each further, or the one that bind asks for. */
#include "route.h"

static uint32_t port_of(int fd)
{
    struct sockaddr_nl a;
    socklen_t length = sizeof(a);

    CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
    return a.nl_pid;
}

static int bind_to_port(int fd, uint32_t port)
{
    struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_pid = port};

    return bind(fd, (struct sockaddr *)&a, sizeof(a));
}

int main(void)
{
    int first = new_route_socket(), second = new_route_socket(), third = new_route_socket();
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    uint32_t self = (uint32_t)getpid();

    CHECK(port_of(first) == 0);
    CHECK(bind_to_port(first, 0) == 0 && port_of(first) == self);
    CHECK(bind_to_port(first, 0) == -1 && errno == EINVAL); /* it has one, and that is not 0 */
    CHECK(bind_to_port(first, self) == 0);
    CHECK_ERRNO(bind_to_port(first, self + 1), EINVAL);
    CHECK_ERRNO(bind_to_port(second, self), EADDRINUSE);
    CHECK(ask(second, &r, NULL) == 0); /* sending binds */
    CHECK(port_of(second) != 0 && port_of(second) != self);
    printf("its number is %s\n", (int32_t)port_of(second) < 0 ? "negative" : "positive");
    CHECK(bind_to_port(third, 4711) == 0 && port_of(third) == 4711);
    CHECK(close(first) == 0 && close(third) == 0);
    third = new_route_socket();
    CHECK(bind_to_port(third, 4711) == 0); /* free again */
    first = new_route_socket();
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    CHECK(connect(first, (struct sockaddr *)&kernel, sizeof(kernel)) == 0); /* connecting, too */
    CHECK(port_of(first) == self);
    return check_done();
}
