/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the resolver says, a line for each argument:
 *
 *     4:NAME 6:NAME any:NAME    its addresses of that version, or of both
 *     canon:NAME                its canonical name
 *     name:ADDRESS              the name of an address
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const char *error_name(int error)
{
    switch (error) {
    case EAI_NONAME:
        return "EAI_NONAME";
    case EAI_AGAIN:
        return "EAI_AGAIN";
    case EAI_FAIL:
        return "EAI_FAIL";
    default:
        return gai_strerror(error);
    }
}

static void print_addresses(const char *name, int family, int flags)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
    struct addrinfo *list;
    char text[INET6_ADDRSTRLEN];
    int error = getaddrinfo(name, "80", &hints, &list);

    if (error != 0) {
        printf(" %s\n", error_name(error));
        return;
    }
    if (flags & AI_CANONNAME)
        printf(" %s", list->ai_canonname);
    for (const struct addrinfo *i = list; i != NULL && !(flags & AI_CANONNAME); i = i->ai_next) {
        getnameinfo(i->ai_addr, i->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST);
        printf(" %s", text);
    }
    puts("");
    freeaddrinfo(list);
}

static void print_name(const char *address)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(80)};
    struct sockaddr_in6 b = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
    int v6 = inet_pton(AF_INET6, address, &b.sin6_addr) == 1;
    char name[NI_MAXHOST];

    inet_pton(AF_INET, address, &a.sin_addr);
    int error = getnameinfo(v6 ? (struct sockaddr *)&b : (struct sockaddr *)&a,
                            v6 ? sizeof(b) : sizeof(a), name, sizeof(name), NULL, 0, NI_NAMEREQD);
    printf(" %s\n", error == 0 ? name : error_name(error));
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *name = strchr(argv[i], ':');
        if (name == NULL)
            return 2;
        name++;
        printf("%s", argv[i]);
        if (strncmp(argv[i], "4:", 2) == 0)
            print_addresses(name, AF_INET, 0);
        else if (strncmp(argv[i], "6:", 2) == 0)
            print_addresses(name, AF_INET6, 0);
        else if (strncmp(argv[i], "any:", 4) == 0)
            print_addresses(name, AF_UNSPEC, 0);
        else if (strncmp(argv[i], "canon:", 6) == 0)
            print_addresses(name, AF_INET, AI_CANONNAME);
        else
            print_name(name);
    }
    return 0;
}
