/* SPDX-License-Identifier: BSD-3-Clause */
/* getaddrinfo and getnameinfo with numbers; AI_ADDRCONFIG finds the loopback interface. */
#include "inet.h"
#include <netdb.h>

static void resolve(const char *name, const char *service, int flags, int family)
{
    struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char host[64], port[16];
    int result = getaddrinfo(name, service, &hints, &list);

    printf("%s: %s\n", name ? name : "any", result == 0 ? "found" : gai_strerror(result));
    for (struct addrinfo *a = list; a != NULL; a = a->ai_next) {
        REQUIRE(getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof(host), port, sizeof(port),
                            NI_NUMERICHOST | NI_NUMERICSERV) == 0);
        printf("  %s port %s\n", host, port);
        int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        CHECK(fd >= 0 && close(fd) == 0);
    }
    if (list != NULL)
        freeaddrinfo(list);
}

int main(void)
{
    resolve("127.0.0.1", "80", AI_NUMERICHOST, AF_UNSPEC);
    resolve("::1", "8080", AI_NUMERICHOST, AF_UNSPEC);
    resolve("127.0.0.1", "80", AI_NUMERICHOST | AI_ADDRCONFIG, AF_UNSPEC);
    resolve("::1", "1", AI_NUMERICHOST | AI_V4MAPPED, AF_INET6);
    resolve("10.1.2.3", "7", AI_NUMERICHOST | AI_V4MAPPED, AF_INET6);
    resolve("nonsense", "80", AI_NUMERICHOST, AF_UNSPEC);
    resolve(NULL, "80", AI_PASSIVE, AF_INET);
    return check_done();
}
