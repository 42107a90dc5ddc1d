/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/net/sockstat, sockstat6 and snmp: what they count grows by what the program does. */
#include "inet.h"

static char text[65536];

static void take(const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/net/%s", name);
    FILE *f = fopen(path, "r");
    REQUIRE(f != NULL);
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    fclose(f);
}

/* The number after a name in the line that begins so. */
static long stat_of(const char *file, const char *line, const char *name)
{
    take(file);
    char *at = strstr(text, line);
    REQUIRE(at != NULL);
    at = strstr(at, name);
    REQUIRE(at != NULL);
    return strtol(at + strlen(name), NULL, 10);
}

/* A column of the table that has names in one line and values in the next. */
static long counter(const char *table, const char *name)
{
    char head[16], *names, *values, *rest_of_names, *rest_of_values;

    take("snmp");
    snprintf(head, sizeof(head), "%s:", table);
    names = strstr(text, head);
    REQUIRE(names != NULL);
    values = strchr(names, '\n') + 1;
    REQUIRE(strncmp(values, head, strlen(head)) == 0);
    names[strcspn(names, "\n")] = '\0';
    values[strcspn(values, "\n")] = '\0';
    names = strtok_r(names, " ", &rest_of_names);
    values = strtok_r(values, " ", &rest_of_values);
    while (names != NULL && strcmp(names, name) != 0) {
        names = strtok_r(NULL, " ", &rest_of_names);
        values = strtok_r(NULL, " ", &rest_of_values);
    }
    REQUIRE(names != NULL && values != NULL);
    return strtol(values, NULL, 10);
}

static void show_shape(const char *file)
{
    take(file);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        for (char *word = line; *word != '\0'; word++)
            if (*word < '0' || *word > '9')
                putchar(*word);
        putchar('\n');
    }
}

int main(void)
{
    long used = stat_of("sockstat", "sockets:", "used"),
         inuse = stat_of("sockstat", "TCP:", "inuse");
    long alloc = stat_of("sockstat", "TCP:", "alloc"), opens = counter("Tcp", "ActiveOpens");
    long passive = counter("Tcp", "PassiveOpens"), established = counter("Tcp", "CurrEstab");
    long udp = stat_of("sockstat6", "UDP6:", "inuse"), sent = counter("Tcp", "OutSegs");
    int end[2], u;

    show_shape("sockstat");
    show_shape("sockstat6");
    new_connection("127.0.0.1", end);
    u = bound_socket(SOCK_DGRAM, "::1");
    CHECK(stat_of("sockstat", "sockets:", "used") >= used + 3);
    CHECK(stat_of("sockstat", "TCP:", "inuse") >= inuse + 2);
    CHECK(stat_of("sockstat", "TCP:", "alloc") >= alloc + 2);
    CHECK(stat_of("sockstat6", "UDP6:", "inuse") >= udp + 1);
    CHECK(counter("Tcp", "ActiveOpens") >= opens + 1);
    CHECK(counter("Tcp", "PassiveOpens") >= passive + 1);
    CHECK(counter("Tcp", "CurrEstab") >= established + 2);
    CHECK(counter("Tcp", "OutSegs") >= sent + 2);
    CHECK(counter("Tcp", "InSegs") > 0 && counter("Ip", "InReceives") > 0);
    CHECK(counter("Udp", "NoPorts") >= 0 && counter("Icmp", "InMsgs") >= 0);
    CHECK(counter("UdpLite", "InDatagrams") >= 0);
    close(end[0]);
    close(end[1]);
    close(u);
    return check_done();
}
