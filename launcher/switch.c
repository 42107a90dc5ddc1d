/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Joining and leaving a switch. Who joins holds flock() on the folder, so that two do not take one
 * number; a socket that refuses connections is a killed machine's. No state.
 */
#include "switch.h"

#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEW_NAME ".new" /* bound, and not yet renamed to its number */

/* By the descriptor, since a socket's path may have 107 bytes only. */
static struct sockaddr_un name_in(int folder, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", folder, name);
    return address;
}

static int datagram_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int switch_connect(int folder, uint16_t number)
{
    char name[8];
    snprintf(name, sizeof(name), "%u", number);
    struct sockaddr_un address = name_in(folder, name);
    int fd = datagram_socket();
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static bool is_free(int folder, uint16_t number)
{
    int fd = switch_connect(folder, number);
    bool is_nobodys = fd < 0 && (errno == ENOENT || errno == ECONNREFUSED);
    if (fd >= 0) {
        close(fd);
    }
    return is_nobodys;
}

/* The number to take; 0: there is none. */
static uint16_t find_number(int folder, uint16_t wanted)
{
    if (wanted != 0) {
        return is_free(folder, wanted) ? wanted : 0;
    }
    for (uint16_t number = 1; number <= SWITCH_MACHINES; number++) {
        if (is_free(folder, number)) {
            return number;
        }
    }
    return 0;
}

/*
 * Makes the socket in the place of a killed machine's, if one is there. The others see it once it
 * has its number: then it can be connected to.
 */
static int bind_number(int folder, uint16_t number)
{
    struct sockaddr_un address = name_in(folder, NEW_NAME);
    char name[8];
    int fd = datagram_socket();
    snprintf(name, sizeof(name), "%u", number);
    unlinkat(folder, NEW_NAME, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        renameat(folder, NEW_NAME, folder, name) == 0) {
        return fd;
    }
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = error;
    return -1;
}

/* The socket of a free number, which is stored; −1 after one line. */
static int take_number(int folder, const char *path, uint16_t wanted, uint16_t *number)
{
    *number = find_number(folder, wanted);
    if (*number == 0 && wanted != 0) {
        return fail("--net switch=%s: another machine is number %u (--ip)", path, wanted);
    }
    if (*number == 0) {
        return fail("--net switch=%s: it has room for %d machines, and none for another", path,
                    SWITCH_MACHINES);
    }
    int own = bind_number(folder, *number);
    return own >= 0 ? own : fail("--net switch=%s: %s", path, strerror(errno));
}

/* The folder, locked; −1 after one line. */
static int open_folder(const char *path)
{
    int fd = mkdir(path, 0700) == 0 || errno == EEXIST
                 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                 : -1;
    if (fd < 0) {
        return fail("--net switch=%s: %s", path, strerror(errno));
    }
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            int error = errno;
            close(fd);
            return fail("--net switch=%s: %s", path, strerror(error));
        }
    }
    return fd;
}

/* Between fork and the end of the process: keeps nobody's streams open, gets no terminal signal. */
_Noreturn static void become_forwarder(int machine, int own, int folder, uint16_t number)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setsid();
    signal(SIGPIPE, SIG_IGN);
    for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++) {
        dup2(null, fd);
    }
    switch_forward(machine, own, folder, number);
}

static int start_forwarder(struct switch_place *place, int own, int folder)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return fail("socket: %s", strerror(errno));
    }
    pid_t process = fork();
    if (process == 0) {
        close(pair[0]);
        become_forwarder(pair[1], own, folder, place->number);
    }
    int error = errno;
    close(pair[1]);
    if (process < 0) {
        close(pair[0]);
        return fail("fork: %s", strerror(error));
    }
    place->machine = pair[0];
    place->forwarding = process;
    return 0;
}

int switch_join(struct switch_place *place, const char *path, uint16_t wanted)
{
    int result = -1;
    int folder = open_folder(path);
    if (folder < 0) {
        return -1;
    }
    int own = take_number(folder, path, wanted, &place->number);
    flock(folder, LOCK_UN); /* the process shares the open folder, and so the lock */
    if (own >= 0) {
        result = start_forwarder(place, own, folder);
        close(own);
    }
    close(folder);
    if (result != 0) {
        place->number = 0;
    }
    return result;
}

void switch_leave(struct switch_place *place)
{
    if (place->number == 0) {
        return;
    }
    shutdown(place->machine, SHUT_RDWR);
    close(place->machine);
    while (waitpid(place->forwarding, NULL, 0) < 0 && errno == EINTR) {
    }
    place->number = 0;
}
