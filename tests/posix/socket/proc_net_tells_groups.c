/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/net/igmp, igmp6, dev_mcast and ipv6_route: groups and routes of the loopback interface. */
#include "inet.h"
#include "proc_net.h"

/* The line of a group, and how many users it has. */
static void show_group(const char *file, const char *group)
{
    take(file);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *at = strstr(line, group);
        if (at != NULL) {
            printf("%s: %.*s, %d users\n", file, (int)(at - line), line, atoi(at + strlen(group)));
            return;
        }
    }
    printf("%s: no %s\n", file, group);
}

int main(void)
{
    int a = new_socket(AF_INET, SOCK_DGRAM), b = new_socket(AF_INET, SOCK_DGRAM);
    int c = new_socket(AF_INET6, SOCK_DGRAM);
    struct ip_mreqn r = {.imr_multiaddr.s_addr = inet_addr("239.77.1.2"), .imr_ifindex = 1};
    struct ipv6_mreq r6 = {.ipv6mr_interface = 1};

    inet_pton(AF_INET6, "ff15::77:12", &r6.ipv6mr_multiaddr);
    take("igmp");
    printf("%.*s\n", (int)strcspn(text, "\n"), text);
    show_group("igmp", "010000E0"); /* all systems */
    show_group("igmp", "02014DEF");
    CHECK(setsockopt(a, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)) == 0);
    show_group("igmp", "02014DEF");
    CHECK(setsockopt(b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)) == 0);
    show_group("igmp", "02014DEF");
    CHECK(setsockopt(c, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &r6, sizeof(r6)) == 0);
    show_group("igmp6", "ff150000000000000000000000770012");
    show_group("igmp6", "ff020000000000000000000000000001");
    close(a);
    close(b);
    close(c);
    show_group("igmp", "02014DEF");
    show_group("igmp6", "ff150000000000000000000000770012");
    take("dev_mcast");
    CHECK(strstr(text, " lo ") == NULL); /* its hardware has none */

    take("ipv6_route");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (strncmp(line, "00000000000000000000000000000001 80", 35) == 0)
            printf("%.*s … %s\n", 113, line, line + 132);
    return check_done();
}
