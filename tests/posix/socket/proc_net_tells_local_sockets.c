/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/net/unix has a line for each local socket, found by its inode: references, flags, type,
 * state and name; /proc/net/netlink one for each netlink socket. */
#include "local.h"
#include "proc_net.h"
#include <linux/netlink.h>

static void show(const char *what, int fd)
{
    unsigned long inode = inode_of(fd), refs, protocol, flags, type, state, number;
    char name[128];
    bool found = false;

    take("unix");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        name[0] = '\0';
        if (sscanf(line, "%*[0-9a-f]: %lx %lx %lx %lx %lx %lu %127s", &refs, &protocol, &flags,
                   &type, &state, &number, name) < 6 ||
            number != inode)
            continue;
        printf("%s: protocol %lx flags %lx type %lx state %lx name \"%s\"\n", what, protocol, flags,
               type, state, name);
        CHECK(refs > 0);
        found = true;
    }
    CHECK(found);
}

int main(void)
{
    int pair[2], fd = new_socket(SOCK_DGRAM);

    new_pair(SOCK_STREAM, pair);
    show("new", fd);
    REQUIRE(bind_to(fd, "@test.listed") == 0);
    show("abstract", fd);
    show("pair", pair[0]);
    show("pair", pair[1]);
    unlink("/tmp/test.listed");
    int server = listening(SOCK_SEQPACKET, "/tmp/test.listed", 2);
    show("listening", server);
    CHECK(unlink("/tmp/test.listed") == 0);
    unsigned long inode = inode_of(fd);
    char number[32];
    snprintf(number, sizeof(number), " %lu @test.listed", inode);
    CHECK(close(fd) == 0);
    take("unix");
    CHECK(strstr(text, number) == NULL);

    struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_pid = 4711};
    fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    REQUIRE(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
    take("netlink");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        unsigned long port, groups;
        int protocol;
        if (sscanf(line, "%*s %d %lu %lx", &protocol, &port, &groups) == 3 && port == 4711)
            printf("netlink %d port %lu groups %lx\n", protocol, port, groups);
    }
    return check_done();
}
