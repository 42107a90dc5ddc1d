/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/net: a link to the process's own; the tables' heads, and the loopback interface in them. */
#include "proc_net.h"

static void show_head(const char *name, int lines)
{
    char *line = text;

    take(name);
    for (int i = 0; i < lines && (line = strchr(line, '\n')) != NULL; i++)
        line++;
    printf("%s:\n%.*s", name, line != NULL ? (int)(line - text) : 0, text);
}

/* The lines that name the loopback interface, but not what is counted. */
static void show_loopback(const char *name, int columns)
{
    take(name);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (strstr(line, " lo") != NULL)
            printf("%.*s\n", columns, line);
}

int main(void)
{
    static const char *const heads[] = {"unix", "route", "arp", "tcp",  "tcp6",
                                        "udp",  "udp6",  "raw", "raw6", "netlink"};
    char link[64];
    ssize_t n = readlink("/proc/net", link, sizeof(link));
    struct stat st;

    CHECK(n > 0);
    printf("/proc/net is %.*s\n", (int)n, link);
    for (unsigned i = 0; i < sizeof(heads) / sizeof(*heads); i++)
        show_head(heads[i], 1);
    show_head("dev", 2);
    show_loopback("dev", 7);
    take("if_inet6");
    show_loopback("if_inet6", 100);
    CHECK(stat("/proc/net/dev", &st) == 0 && st.st_mode == (S_IFREG | 0444));
    CHECK_ERRNO(open("/proc/net/none-such", O_RDONLY), ENOENT);
    return check_done();
}
