/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The monitor's socket. Who reaches it commands QEMU with the caller's rights, so the one in the
 * file system is for its owner alone; a port is for everybody on this host. No state.
 */
#include "monitor.h"

#include "parse.h"
#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int monitor_set_port(struct monitor *monitor, const char *origin, const char *text)
{
    uint64_t port = 0;
    if (text != NULL && parse_number(text, 1, 65535, &port) != 0) {
        return fail("%s '%s': not a port", origin, text);
    }
    monitor->wanted = true;
    monitor->port = (uint16_t)port;
    return 0;
}

int monitor_read_environment(struct monitor *monitor)
{
    const char *text = getenv("HERMIT_MONITOR");
    if (text == NULL || text[0] == '\0' || strcmp(text, "0") == 0) {
        return 0;
    }
    return monitor_set_port(monitor, "HERMIT_MONITOR", strcmp(text, "1") == 0 ? NULL : text);
}

static int open_port(struct monitor *monitor)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(monitor->port)};
    int on = 1;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    monitor->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (monitor->fd >= 0) {
        setsockopt(monitor->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (monitor->fd < 0 || bind(monitor->fd, (struct sockaddr *)&name, sizeof(name)) != 0 ||
        listen(monitor->fd, 1) != 0) {
        return fail("--monitor: port %u of 127.0.0.1: %s", monitor->port,
                    errno == EADDRINUSE ? "it is taken" : strerror(errno));
    }
    return 0;
}

static int open_path(struct monitor *monitor)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (folder == NULL || folder[0] != '/' || strlen(folder) > 60) {
        folder = "/tmp";
    }
    snprintf(name.sun_path, sizeof(monitor->path), "%s/hermit-monitor.%d", folder, (int)getpid());
    monitor->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t mask = umask(0177);
    bool bound = monitor->fd >= 0 && bind(monitor->fd, (struct sockaddr *)&name, sizeof(name)) == 0;
    int error = errno;
    umask(mask);
    if (!bound) {
        return fail("--monitor: %s: %s", name.sun_path, strerror(error));
    }
    memcpy(monitor->path, name.sun_path, sizeof(monitor->path));
    if (listen(monitor->fd, 1) != 0) {
        return fail("--monitor: %s: %s", monitor->path, strerror(errno));
    }
    warn("the monitor is at %s", monitor->path);
    return 0;
}

int monitor_open(struct monitor *monitor)
{
    if (!monitor->wanted) {
        return 0;
    }
    return monitor->port != 0 ? open_port(monitor) : open_path(monitor);
}

void monitor_close(struct monitor *monitor)
{
    if (monitor->path[0] != '\0') {
        unlink(monitor->path);
        monitor->path[0] = '\0';
    }
    if (monitor->fd >= 0) {
        close(monitor->fd);
        monitor->fd = -1;
    }
}
