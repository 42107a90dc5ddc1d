/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * slaac ADDRESS PORT: says which address and name servers a router's announcements have given the
 * card, connects to ADDRESS by it and says what comes, and says when the address is gone.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TENTATIVE 0x40u

/* The card's global address, as text, once it may be used; empty: there is none. */
static void find_address(char text[INET6_ADDRSTRLEN])
{
    FILE *list = fopen("/proc/net/if_inet6", "r");
    unsigned byte[16], scope, flags;
    char name[16];

    text[0] = '\0';
    if (list == NULL)
        exit(1);
    for (;;) {
        struct in6_addr address;
        int n = 0;
        while (n < 16 && fscanf(list, "%2x", &byte[n]) == 1)
            n++;
        if (n < 16 || fscanf(list, "%*x %*x %x %x %15s", &scope, &flags, name) != 3)
            break;
        for (int i = 0; i < 16; i++)
            address.s6_addr[i] = (unsigned char)byte[i];
        if (scope == 0 && !(flags & TENTATIVE) && strcmp(name, "eth0") == 0)
            inet_ntop(AF_INET6, &address, text, INET6_ADDRSTRLEN);
    }
    fclose(list);
}

/* The name servers that resolvers ask. */
static void show_name_servers(void)
{
    FILE *list = fopen("/etc/resolv.conf", "r");
    char line[128];

    while (list != NULL && fgets(line, sizeof(line), list) != NULL)
        fputs(line, stdout);
    if (list != NULL)
        fclose(list);
}

static void await(char text[INET6_ADDRSTRLEN], int wanted)
{
    do {
        usleep(50000);
        find_address(text);
    } while ((text[0] != '\0') != wanted);
}

int main(int argc, char **argv)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6};
    char text[INET6_ADDRSTRLEN], said[64];

    if (argc != 3 || inet_pton(AF_INET6, argv[1], &a.sin6_addr) != 1)
        return 2;
    a.sin6_port = htons((uint16_t)atoi(argv[2]));
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    await(text, 1);
    puts(text);
    show_name_servers();
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
        perror("connect");
        return 1;
    }
    ssize_t n = read(fd, said, sizeof(said));
    printf("%.*s\n", n > 0 ? (int)n : 0, said);
    close(fd);
    fflush(stdout);
    await(text, 0);
    puts("gone");
    return 0;
}
