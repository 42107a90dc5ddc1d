/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of the gdb remote protocol. One thread, no locks; see the header. */
#include "gdb_remote.h"

#include "host.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 20000 /* for an answer of the stopped machine, on a host that is busy */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int hex_byte(const char *text)
{
    int high = hex_digit(text[0]);
    int low = high < 0 ? -1 : hex_digit(text[1]);
    return low < 0 ? -1 : high << 4 | low;
}

/*
 * Undoes escapes (}x) and repetitions (x*n). False: the content is damaged or too long.
 */
static bool expand(const char *raw, size_t size, char *content)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        int repeat = 0;
        char c = raw[i];
        if (c == '}') {
            if (++i == size) {
                return false;
            }
            c = (char)(raw[i] ^ 0x20);
        } else if (c == '*') {
            if (used == 0 || ++i == size || raw[i] < ' ') {
                return false;
            }
            repeat = raw[i] - 29 - 1;
            c = content[used - 1];
        }
        if (used + (size_t)repeat + 1 >= GDB_PACKET_MAX) {
            return false;
        }
        memset(content + used, c, (size_t)repeat + 1);
        used += (size_t)repeat + 1;
    }
    content[used] = '\0';
    return true;
}

enum gdb_parse gdb_parse(const char *bytes, size_t size, size_t *taken, char *content)
{
    const char *start = memchr(bytes, '$', size);
    if (start == NULL) { /* acknowledgements */
        *taken = size;
        return GDB_INCOMPLETE;
    }
    size_t left = size - (size_t)(start + 1 - bytes);
    const char *end = memchr(start + 1, '#', left);
    *taken = (size_t)(start - bytes);
    if (end == NULL || (size_t)(end - bytes) + 3 > size) {
        if (left <= GDB_PACKET_MAX) {
            return GDB_INCOMPLETE;
        }
        *taken = size;
        return GDB_DAMAGED;
    }
    uint8_t sum = 0;
    for (const char *p = start + 1; p < end; p++) {
        sum = (uint8_t)(sum + (uint8_t)*p);
    }
    *taken = (size_t)(end + 3 - bytes);
    bool good = hex_byte(end + 1) == sum && expand(start + 1, (size_t)(end - start - 1), content);
    return good ? GDB_PACKET : GDB_DAMAGED;
}

bool gdb_parse_memory(const char *content, uint8_t *bytes, size_t size)
{
    if (strlen(content) != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int byte = hex_byte(content + 2 * i);
        if (byte < 0) {
            return false;
        }
        bytes[i] = (uint8_t)byte;
    }
    return true;
}

/*
 * The registers of x86-64 as QEMU orders them: sixteen general ones, rip, then flags and six
 * selectors of four bytes each, the bases of fs and gs, and more that is not wanted here.
 */
bool gdb_parse_registers(const char *content, struct gdb_registers *registers)
{
    enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP, R8, R9, RIP = 16, WORDS };
    enum { GS_BASE = WORDS * 8 + 7 * 4 + 8, SIZE = GS_BASE + 8 };
    uint8_t bytes[SIZE];
    uint64_t words[WORDS];
    char head[2 * SIZE + 1];
    if (strlen(content) < 2 * SIZE) {
        return false;
    }
    memcpy(head, content, 2 * SIZE);
    head[2 * SIZE] = '\0';
    if (!gdb_parse_memory(head, bytes, SIZE)) {
        return false;
    }
    memcpy(words, bytes, sizeof(words));
    *registers = (struct gdb_registers){
        .rax = words[RAX],
        .rbx = words[RBX],
        .rcx = words[RCX],
        .rdx = words[RDX],
        .rsi = words[RSI],
        .rdi = words[RDI],
        .rbp = words[RBP],
        .rsp = words[RSP],
        .r8 = words[R8],
        .r9 = words[R9],
        .rip = words[RIP],
    };
    memcpy(&registers->gs_base, bytes + GS_BASE, sizeof(registers->gs_base));
    return true;
}

/* S05, or T05 and pairs `key:value;`, of which `thread` is wanted. */
bool gdb_parse_stop(const char *content, struct gdb_stop *stop)
{
    int number;
    if ((content[0] != 'T' && content[0] != 'S') || (number = hex_byte(content + 1)) < 0) {
        return false;
    }
    *stop = (struct gdb_stop){.signal = (unsigned)number};
    const char *thread = strstr(content + 3, "thread:");
    if (content[0] == 'T' && thread != NULL) {
        for (const char *p = thread + 7; hex_digit(*p) >= 0; p++) {
            stop->thread = stop->thread << 4 | (unsigned)hex_digit(*p);
        }
    }
    return true;
}

void gdb_init(struct gdb_remote *remote, int fd)
{
    remote->fd = fd;
    remote->broken = remote->closed = fd < 0;
    remote->unacknowledged = false;
    remote->used = 0;
}

/* Reads what is there. */
static void fill(struct gdb_remote *remote)
{
    size_t room = sizeof(remote->input) - remote->used;
    ssize_t n = room != 0 ? read(remote->fd, remote->input + remote->used, room) : 0;
    if (n > 0) {
        remote->used += (size_t)n;
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        remote->broken = true;
        remote->closed = room != 0;
    }
}

/*
 * Takes a packet out of the buffer. A damaged one cannot happen on a socket of this machine; W and
 * X tell that QEMU ends.
 */
static bool take(struct gdb_remote *remote, char *content)
{
    size_t taken = 0;
    enum gdb_parse result = gdb_parse(remote->input, remote->used, &taken, content);
    remote->used -= taken;
    memmove(remote->input, remote->input + taken, remote->used);
    if (result == GDB_DAMAGED) {
        remote->broken = true;
    }
    if (result == GDB_PACKET && (content[0] == 'W' || content[0] == 'X')) {
        remote->broken = remote->closed = true;
    }
    remote->unacknowledged = remote->unacknowledged || result == GDB_PACKET;
    return result == GDB_PACKET && !remote->closed;
}

bool gdb_poll(struct gdb_remote *remote, char *content)
{
    if (remote->broken) {
        return false;
    }
    if (take(remote, content)) {
        return true;
    }
    fill(remote);
    return !remote->broken && take(remote, content);
}

static bool wait_for(struct gdb_remote *remote, short events, uint64_t deadline)
{
    struct pollfd ready = {remote->fd, events, 0};
    uint64_t now = monotonic_ms();
    if (now >= deadline || (poll(&ready, 1, (int)(deadline - now)) < 0 && errno != EINTR)) {
        remote->broken = true;
    }
    return !remote->broken;
}

static bool receive(struct gdb_remote *remote, char *content)
{
    uint64_t deadline = monotonic_ms() + ANSWER_MS;
    while (!gdb_poll(remote, content)) {
        if (remote->broken || !wait_for(remote, POLLIN, deadline)) {
            return false;
        }
    }
    return true;
}

/*
 * Sends a packet. The acknowledgement of the last answer goes with it, since it would stop the
 * machine if it came alone after a request to run.
 */
__attribute__((format(printf, 2, 3))) static bool send_packet(struct gdb_remote *remote,
                                                              const char *format, ...)
{
    char content[64], packet[80];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(content, sizeof(content), format, args);
    va_end(args);
    uint8_t sum = 0;
    for (int i = 0; i < length; i++) {
        sum = (uint8_t)(sum + (uint8_t)content[i]);
    }
    length = snprintf(packet, sizeof(packet), "%s$%s#%02x", remote->unacknowledged ? "+" : "",
                      content, sum);
    uint64_t deadline = monotonic_ms() + ANSWER_MS;
    for (int sent = 0; sent < length && !remote->broken;) {
        ssize_t n = send(remote->fd, packet + sent, (size_t)(length - sent), MSG_NOSIGNAL);
        if (n >= 0) {
            sent += (int)n;
        } else if (errno != EAGAIN && errno != EINTR) {
            remote->broken = remote->closed = true;
        } else {
            wait_for(remote, POLLOUT, deadline);
        }
    }
    remote->unacknowledged = false;
    return !remote->broken;
}

bool gdb_set_breakpoint(struct gdb_remote *remote, uint64_t address, bool set)
{
    char answer[GDB_PACKET_MAX];
    return send_packet(remote, "%c0,%llx,1", set ? 'Z' : 'z', (unsigned long long)address) &&
           receive(remote, answer) && strcmp(answer, "OK") == 0;
}

bool gdb_read_registers(struct gdb_remote *remote, struct gdb_registers *registers)
{
    char answer[GDB_PACKET_MAX];
    if (!send_packet(remote, "g") || !receive(remote, answer)) {
        return false;
    }
    remote->broken = !gdb_parse_registers(answer, registers); /* a processor has them always */
    return !remote->broken;
}

bool gdb_read_memory(struct gdb_remote *remote, uint64_t address, void *bytes, size_t size)
{
    char answer[GDB_PACKET_MAX];
    return size <= GDB_READ_MAX &&
           send_packet(remote, "m%llx,%zx", (unsigned long long)address, size) &&
           receive(remote, answer) && gdb_parse_memory(answer, bytes, size);
}

bool gdb_continue(struct gdb_remote *remote)
{
    return send_packet(remote, "vCont;c");
}

bool gdb_step(struct gdb_remote *remote, unsigned thread)
{
    char answer[GDB_PACKET_MAX];
    struct gdb_stop stop;
    return send_packet(remote, "vCont;s:%x", thread) && receive(remote, answer) &&
           gdb_parse_stop(answer, &stop);
}
