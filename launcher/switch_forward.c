/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process that forwards a machine's frames to the other machines of a switch, and theirs to it.
 * Owns its sockets, the frames that wait for a slow receiver, and what it has learned of hardware
 * addresses. One thread, no locks; nothing blocks but poll().
 *
 * A frame goes to the machine from which its destination was last heard, else to all. As with any
 * switch, a receiver whose queue is full loses frames, and nobody else waits for it.
 */
#include "switch.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD         2u /* bytes in front of a frame: the sender's number */
#define ETHERNET     14u
#define QUEUE_BYTES  (1u << 20) /* of frames for one receiver */
#define ROUND        64         /* frames between two looks at everything else */
#define LEARNED_SIZE 1024u

/* A datagram that waits. */
struct waiting {
    struct waiting *next;
    size_t size;
    uint8_t bytes[];
};

/* Another machine. */
struct port {
    int fd; /* connected to its socket; −1: it is not there */
    struct waiting *first, *last;
    size_t queued; /* bytes */
};

struct learned {
    uint8_t address[6];
    uint16_t port; /* 0: nothing */
};

/* Too large for a stack. The descriptors are switch_forward()'s. */
static struct {
    int machine, own, folder, changes;
    uint16_t number;
    struct port ports[SWITCH_MACHINES + 1];
    struct learned learned[LEARNED_SIZE];
    uint8_t out[HEAD + SWITCH_FRAME_MAX]; /* the machine's frame that is being sent */
    uint8_t in[HEAD + SWITCH_FRAME_MAX];  /* another's, … */
    size_t in_size;                       /* … which the machine has not taken yet; 0: none */
} self;

/* ---- Who is there ---- */

static void forget(struct port *port)
{
    if (port->fd >= 0) {
        close(port->fd);
        port->fd = -1;
    }
    while (port->first != NULL) {
        struct waiting *next = port->first->next;
        free(port->first);
        port->first = next;
    }
    port->queued = 0;
}

static void meet(uint16_t number)
{
    if (number != self.number && self.ports[number].fd < 0) {
        self.ports[number].fd = switch_connect(self.folder, number);
    }
}

/* The number that is a socket's name; 0: it is none. */
static uint16_t number_of(const char *name)
{
    char again[8];
    unsigned long number = strtoul(name, NULL, 10);
    if (number < 1 || number > SWITCH_MACHINES) {
        return 0;
    }
    snprintf(again, sizeof(again), "%lu", number);
    return strcmp(again, name) == 0 ? (uint16_t)number : 0;
}

/* Reads the folder after something has changed there. */
static void look_around(void)
{
    bool present[SWITCH_MACHINES + 1] = {false};
    int fd = openat(self.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    if (list == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    while ((entry = readdir(list)) != NULL) {
        present[number_of(entry->d_name)] = true;
    }
    closedir(list);
    for (uint16_t number = 1; number <= SWITCH_MACHINES; number++) {
        if (present[number]) {
            meet(number);
        } else {
            forget(&self.ports[number]);
        }
    }
}

static void drain_changes(void)
{
    char events[4096];
    while (read(self.changes, events, sizeof(events)) > 0) {
    }
    look_around();
}

/* ---- Addresses ---- */

static struct learned *entry_of(const uint8_t address[6])
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (int i = 0; i < 6; i++) {
        hash = (hash ^ address[i]) * 16777619u;
    }
    return &self.learned[(hash ^ hash >> 16) % LEARNED_SIZE];
}

static bool is_group(const uint8_t address[6])
{
    return (address[0] & 1) != 0;
}

static void learn(const uint8_t address[6], uint16_t number)
{
    struct learned *entry = entry_of(address);
    if (!is_group(address)) {
        memcpy(entry->address, address, 6);
        entry->port = number;
    }
}

/* The machine with that address; 0: unknown, or a group. */
static uint16_t find(const uint8_t address[6])
{
    const struct learned *entry = entry_of(address);
    bool known = !is_group(address) && memcmp(entry->address, address, 6) == 0 &&
                 self.ports[entry->port].fd >= 0;
    return known ? entry->port : 0;
}

/* ---- To others ---- */

static void wait_in(struct port *port, const uint8_t *bytes, size_t size)
{
    struct waiting *frame =
        port->queued + size <= QUEUE_BYTES ? malloc(sizeof(*frame) + size) : NULL;
    if (frame == NULL) {
        return;
    }
    frame->next = NULL;
    frame->size = size;
    memcpy(frame->bytes, bytes, size);
    if (port->first == NULL) {
        port->first = frame;
    } else {
        port->last->next = frame;
    }
    port->last = frame;
    port->queued += size;
}

/* False: the receiver takes no more now. What it can never take is gone. */
static bool try_send(struct port *port, const uint8_t *bytes, size_t size)
{
    if (send(port->fd, bytes, size, MSG_NOSIGNAL) < 0) {
        if (errno == EAGAIN) {
            return false;
        }
        if (errno == ECONNREFUSED || errno == ECONNRESET || errno == ENOTCONN) {
            forget(port);
        }
    }
    return true;
}

static void send_to(uint16_t number, const uint8_t *bytes, size_t size)
{
    struct port *port = &self.ports[number];
    if (port->first != NULL || !try_send(port, bytes, size)) {
        wait_in(port, bytes, size);
    } else if (port->fd < 0) { /* it was killed; another may have its number */
        meet(number);
        if (port->fd >= 0) {
            try_send(port, bytes, size);
        }
    }
}

static void send_waiting(struct port *port)
{
    struct waiting *frame;
    while ((frame = port->first) != NULL && try_send(port, frame->bytes, frame->size)) {
        if (port->fd < 0) {
            return; /* forgotten, with all that waited */
        }
        port->first = frame->next;
        port->queued -= frame->size;
        free(frame);
    }
}

static void forward_out(size_t size)
{
    uint16_t known = find(self.out + HEAD);
    if (known != 0) {
        send_to(known, self.out, size);
        return;
    }
    for (uint16_t number = 1; number <= SWITCH_MACHINES; number++) {
        if (self.ports[number].fd >= 0) {
            send_to(number, self.out, size);
        }
    }
}

/* False: the machine has ended. */
static bool take_from_machine(void)
{
    for (int i = 0; i < ROUND; i++) {
        ssize_t n = recv(self.machine, self.out + HEAD, SWITCH_FRAME_MAX, MSG_DONTWAIT);
        if (n <= 0) {
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        }
        if ((size_t)n >= ETHERNET) {
            forward_out(HEAD + (size_t)n);
        }
    }
    return true;
}

/* ---- To the machine ---- */

/* Whether the frame in `in` is gone. */
static bool give_machine(void)
{
    if (self.in_size != 0 &&
        send(self.machine, self.in + HEAD, self.in_size - HEAD, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
        errno == EAGAIN) {
        return false;
    }
    self.in_size = 0;
    return true;
}

static void take_from_others(void)
{
    for (int i = 0; i < ROUND && give_machine(); i++) {
        uint16_t number;
        ssize_t n = recv(self.own, self.in, sizeof(self.in), MSG_DONTWAIT);
        if (n < 0) {
            return;
        }
        memcpy(&number, self.in, sizeof(number));
        number = ntohs(number);
        if ((size_t)n < HEAD + ETHERNET || number == 0 || number > SWITCH_MACHINES ||
            number == self.number) {
            continue;
        }
        self.in_size = (size_t)n;
        meet(number);
        learn(self.in + HEAD + 6, number);
    }
    give_machine();
}

/* ---- The loop ---- */

enum {
    POLL_MACHINE,
    POLL_OWN,
    POLL_CHANGES,
    POLL_PORTS,
    NR_POLLS = POLL_PORTS + SWITCH_MACHINES,
};

/* Waits until something can be done. */
static void wait_for_any(struct pollfd polls[NR_POLLS])
{
    bool full = self.in_size != 0;
    polls[POLL_MACHINE] = (struct pollfd){self.machine, (short)(POLLIN | (full ? POLLOUT : 0)), 0};
    polls[POLL_OWN] = (struct pollfd){full ? -1 : self.own, POLLIN, 0};
    polls[POLL_CHANGES] = (struct pollfd){self.changes, POLLIN, 0};
    for (int number = 1; number <= SWITCH_MACHINES; number++) {
        const struct port *port = &self.ports[number];
        polls[POLL_PORTS + number - 1] =
            (struct pollfd){port->first != NULL ? port->fd : -1, POLLOUT, 0};
    }
    poll(polls, NR_POLLS, -1);
}

static void run(void)
{
    static struct pollfd polls[NR_POLLS];
    for (;;) {
        wait_for_any(polls);
        if (polls[POLL_CHANGES].revents != 0) {
            drain_changes();
        }
        if ((polls[POLL_MACHINE].revents & ~POLLOUT) != 0 && !take_from_machine()) {
            return;
        }
        if ((polls[POLL_OWN].revents | (polls[POLL_MACHINE].revents & POLLOUT)) != 0) {
            take_from_others();
        }
        for (int number = 1; number <= SWITCH_MACHINES; number++) {
            if (polls[POLL_PORTS + number - 1].revents != 0) {
                send_waiting(&self.ports[number]);
            }
        }
    }
}

_Noreturn void switch_forward(int machine, int own, int folder, uint16_t number)
{
    char path[32], name[8];
    uint16_t head = htons(number);
    self.machine = machine;
    self.own = own;
    self.folder = folder;
    self.number = number;
    memcpy(self.out, &head, sizeof(head));
    for (int i = 0; i <= SWITCH_MACHINES; i++) {
        self.ports[i].fd = -1;
    }
    self.changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
    inotify_add_watch(self.changes, path, IN_MOVED_TO | IN_DELETE);
    look_around();
    run();
    snprintf(name, sizeof(name), "%u", number);
    unlinkat(folder, name, 0);
    _exit(0);
}
