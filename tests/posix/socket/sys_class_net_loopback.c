/* SPDX-License-Identifier: BSD-3-Clause */
/* /sys/class/net/lo: a link to the interface's folder, whose files tell what it is. */
#include "check.h"
#include <dirent.h>

static void show(const char *name)
{
    char path[96], text[256];

    snprintf(path, sizeof(path), "/sys/class/net/lo/%s", name);
    int fd = open(path, O_RDONLY);
    REQUIRE(fd >= 0);
    ssize_t n = read(fd, text, sizeof(text));
    if (n < 0)
        printf("%s: %s\n", name, strerror(errno));
    else
        printf("%s: %.*s", name, (int)n, text);
    CHECK(close(fd) == 0);
}

int main(void)
{
    static const char *const files[] = {"address",   "addr_len", "broadcast",   "carrier", "dev_id",
                                        "dev_port",  "dormant",  "flags",       "ifindex", "iflink",
                                        "link_mode", "mtu",      "operstate",   "speed",   "duplex",
                                        "type",      "uevent",   "tx_queue_len"};
    char link[64];
    ssize_t n = readlink("/sys/class/net/lo", link, sizeof(link));
    unsigned seen = 0, counters = 0;
    struct dirent *e;

    CHECK(n > 0);
    printf("lo is %.*s\n", (int)n, link);
    for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
        show(files[i]);
    DIR *dir = opendir("/sys/class/net");
    REQUIRE(dir != NULL);
    while ((e = readdir(dir)) != NULL)
        seen += strcmp(e->d_name, "lo") == 0;
    CHECK(closedir(dir) == 0);
    dir = opendir("/sys/class/net/lo/statistics");
    REQUIRE(dir != NULL);
    while ((e = readdir(dir)) != NULL)
        counters += strstr(e->d_name, "_bytes") != NULL || strstr(e->d_name, "_packets") != NULL;
    CHECK(closedir(dir) == 0);
    printf("seen %u times, counters of bytes and packets %u\n", seen, counters);
    CHECK_ERRNO(open("/sys/class/net/none-such", O_RDONLY), ENOENT);
    CHECK_ERRNO(mkdir("/sys/class/net/new", 0777), EPERM);
    return check_done();
}
