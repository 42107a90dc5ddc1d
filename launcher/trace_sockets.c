/* SPDX-License-Identifier: BSD-3-Clause */
/* Arguments of the calls on sockets. Pure functions but for the memory's reader. */
#include "trace_printers.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* What the kernel takes of sendmsg(2) and recvmsg(2). */
struct kernel_msghdr {
    uint64_t name;
    int32_t name_length, pad;
    uint64_t vector, vector_count;
    uint64_t control, control_size;
    uint32_t flags, pad2;
};

struct kernel_mmsghdr {
    struct kernel_msghdr header;
    uint32_t length, pad;
};

struct kernel_cmsghdr {
    uint64_t size; /* of header and data; the next one is 8-byte aligned */
    int32_t level, type;
};

void print_socket_type(FILE *out, const struct trace_call *call, unsigned n)
{
    uint32_t flags = low(call, n) & (SOCK_CLOEXEC | SOCK_NONBLOCK);
    names_print_value(out, &names_socket_type, low(call, n) & ~flags);
    if (flags != 0) {
        fputc('|', out);
        names_print_flags(out, NULL, &names_socket_flags, flags);
    }
}

void print_socket_protocol(FILE *out, const struct trace_call *call, unsigned n)
{
    uint32_t family = low(call, 0);
    if (family == AF_INET || family == AF_INET6) {
        names_print_value(out, &names_ip_protocol, low(call, n));
    } else if (family == AF_NETLINK && low(call, n) == NETLINK_ROUTE) {
        fputs("NETLINK_ROUTE", out);
    } else {
        print_int(out, call, n);
    }
}

static void put_inet6(FILE *out, const struct sockaddr_in6 *in6)
{
    char text[INET6_ADDRSTRLEN];
    fprintf(out, ", sin6_port=htons(%u), sin6_flowinfo=htonl(%u), inet_pton(AF_INET6, \"%s\", ",
            ntohs(in6->sin6_port), ntohl(in6->sin6_flowinfo),
            inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text)));
    fprintf(out, "&sin6_addr), sin6_scope_id=%u", in6->sin6_scope_id);
}

/* A path ends with a NUL, an abstract name with the address. */
static void put_unix(FILE *out, const struct sockaddr_un *un, size_t size)
{
    size_t length = size - offsetof(struct sockaddr_un, sun_path);
    const uint8_t *name = (const uint8_t *)un->sun_path;
    if (length == 0) {
        return;
    }
    fputs(", sun_path=", out);
    if (name[0] == '\0') {
        fputc('@', out);
        put_bytes(out, name + 1, length - 1, false, false);
    } else {
        put_bytes(out, name, strnlen(un->sun_path, length), false, false);
    }
}

static void put_sockaddr(FILE *out, const struct trace_call *call, uint64_t address, int64_t size)
{
    union {
        struct sockaddr_storage any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
        struct sockaddr_nl netlink;
    } name;
    char text[INET_ADDRSTRLEN];
    memset(&name, 0, sizeof(name));
    if (size < (int64_t)sizeof(sa_family_t) || size > (int64_t)sizeof(name)) {
        put_pointer(out, address);
        return;
    }
    if (!load(out, call, address, &name, (size_t)size)) {
        return;
    }
    fputs("{sa_family=", out);
    names_print_value(out, &names_family, name.any.ss_family);
    if (name.any.ss_family == AF_INET && size >= (int64_t)sizeof(name.in)) {
        fprintf(out, ", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")", ntohs(name.in.sin_port),
                inet_ntop(AF_INET, &name.in.sin_addr, text, sizeof(text)));
    } else if (name.any.ss_family == AF_INET6 && size >= (int64_t)sizeof(name.in6)) {
        put_inet6(out, &name.in6);
    } else if (name.any.ss_family == AF_UNIX) {
        size_t whole = (size_t)size < sizeof(name.un) ? (size_t)size : sizeof(name.un);
        put_unix(out, &name.un, whole);
    } else if (name.any.ss_family == AF_NETLINK && size >= (int64_t)sizeof(name.netlink)) {
        fprintf(out, ", nl_pid=%u, nl_groups=%08x", name.netlink.nl_pid, name.netlink.nl_groups);
    } else if (size > (int64_t)sizeof(sa_family_t)) {
        fputs(", sa_data=", out);
        put_bytes(out, (const uint8_t *)&name + 2, (size_t)size - 2, false, false);
    }
    fputc('}', out);
}

/* The length is the next argument. */
void print_sockaddr(FILE *out, const struct trace_call *call, unsigned n)
{
    put_sockaddr(out, call, call->args[n], (int)low(call, n + 1));
}

/* The next argument points to the room there was, then to the name's length. */
void print_sockaddr_filled(FILE *out, const struct trace_call *call, unsigned n)
{
    int length = 0;
    if (trace_failed(call) || call->args[n] == 0 ||
        !fetch(call, call->args[n + 1], &length, sizeof(length))) {
        put_pointer(out, call->args[n]);
        return;
    }
    int room = (int)call->before[n + 1];
    put_sockaddr(out, call, call->args[n], length < room ? length : room);
}

static void put_control_data(FILE *out, const struct trace_call *call, uint64_t address,
                             const struct kernel_cmsghdr *head)
{
    uint32_t words[TRACE_ARRAY_MAX];
    uint64_t size = head->size - sizeof(*head);
    size_t count =
        size / sizeof(words[0]) < TRACE_ARRAY_MAX ? size / sizeof(words[0]) : TRACE_ARRAY_MAX;
    bool numbers = head->level == SOL_SOCKET && head->type == SCM_RIGHTS;
    fputs(", cmsg_data=", out);
    if (!numbers) {
        put_data(out, call, address, size);
    } else if (load(out, call, address, words, count * sizeof(words[0]))) {
        for (size_t i = 0; i < count; i++) {
            fprintf(out, "%s%d", i == 0 ? "[" : ", ", (int)words[i]);
        }
        fputc(']', out);
    }
}

static void put_control(FILE *out, const struct trace_call *call, uint64_t address, uint64_t size)
{
    struct kernel_cmsghdr head;
    unsigned count = 0;
    fputs(", msg_control=", out);
    while (size >= sizeof(head) && count < TRACE_ARRAY_MAX &&
           fetch(call, address, &head, sizeof(head)) && head.size >= sizeof(head) &&
           head.size <= size) {
        fprintf(out, "%s{cmsg_len=%llu, cmsg_level=", count++ == 0 ? "[" : ", ",
                (unsigned long long)head.size);
        names_print_value(out, &names_socket_level, (uint32_t)head.level);
        fputs(", cmsg_type=", out);
        if (head.level == SOL_SOCKET) {
            names_print_value(out, &names_cmsg_socket, (uint32_t)head.type);
        } else {
            fprintf(out, "%#x", (unsigned)head.type);
        }
        put_control_data(out, call, address + sizeof(head), &head);
        fputc('}', out);
        uint64_t step = (head.size + 7) & ~7ULL;
        step = step < size ? step : size;
        address += step;
        size -= step;
    }
    if (count == 0) {
        put_pointer(out, address);
    } else {
        fputc(']', out);
    }
}

/* `limit`: bytes of the vector that hold data. */
static void put_message(FILE *out, const struct trace_call *call,
                        const struct kernel_msghdr *message, uint64_t limit)
{
    fputs("{msg_name=", out);
    put_sockaddr(out, call, message->name, message->name_length);
    fprintf(out, ", msg_namelen=%d, msg_iov=", message->name_length);
    put_vector(out, call, message->vector, message->vector_count, limit);
    fprintf(out, ", msg_iovlen=%llu", (unsigned long long)message->vector_count);
    if (message->control_size != 0) {
        put_control(out, call, message->control, message->control_size);
    }
    fprintf(out, ", msg_controllen=%llu, msg_flags=", (unsigned long long)message->control_size);
    names_print_flags(out, NULL, &names_message_flags, message->flags);
    fputc('}', out);
}

void print_message_sent(FILE *out, const struct trace_call *call, unsigned n)
{
    struct kernel_msghdr message;
    if (load(out, call, call->args[n], &message, sizeof(message))) {
        put_message(out, call, &message, UINT64_MAX);
    }
}

void print_message_received(FILE *out, const struct trace_call *call, unsigned n)
{
    struct kernel_msghdr message;
    if (load_argument(out, call, n, &message, sizeof(message))) {
        put_message(out, call, &message, (uint64_t)call->result);
    }
}

static void put_messages(FILE *out, const struct trace_call *call, unsigned n, uint64_t count,
                         bool received)
{
    struct kernel_mmsghdr message;
    size_t shown = count < TRACE_ARRAY_MAX ? (size_t)count : TRACE_ARRAY_MAX;
    if (!load_argument(out, call, n, &message, sizeof(message))) {
        return;
    }
    fputc('[', out);
    for (size_t i = 0; i < shown; i++) {
        uint64_t at = call->args[n] + i * sizeof(message);
        fputs(i == 0 ? "" : ", ", out);
        if (!fetch(call, at, &message, sizeof(message))) {
            put_pointer(out, at);
            break;
        }
        fputs("{msg_hdr=", out);
        put_message(out, call, &message.header, received ? message.length : UINT64_MAX);
        if (received) {
            fprintf(out, ", msg_len=%u", message.length);
        }
        fputc('}', out);
    }
    fputs(shown < count ? ", ...]" : "]", out);
}

void print_messages_sent(FILE *out, const struct trace_call *call, unsigned n)
{
    put_messages(out, call, n, low(call, n + 1), false);
}

void print_messages_received(FILE *out, const struct trace_call *call, unsigned n)
{
    put_messages(out, call, n, (uint64_t)call->result, true);
}

/* The level is the argument before. */
void print_socket_option(FILE *out, const struct trace_call *call, unsigned n)
{
    switch (low(call, n - 1)) {
    case SOL_SOCKET:
        names_print_value(out, &names_so, low(call, n));
        break;
    case IPPROTO_IP:
        names_print_value(out, &names_ip_option, low(call, n));
        break;
    case IPPROTO_IPV6:
        names_print_value(out, &names_ipv6_option, low(call, n));
        break;
    case IPPROTO_TCP:
        names_print_value(out, &names_tcp_option, low(call, n));
        break;
    default:
        print_int(out, call, n);
        break;
    }
}

static void put_option(FILE *out, const struct trace_call *call, unsigned n, int64_t size)
{
    struct linger linger;
    struct timeval time;
    struct ucred credentials;
    int value;
    bool socket_level = low(call, 1) == SOL_SOCKET;
    uint32_t option = low(call, 2);
    if (socket_level && option == SO_LINGER && size == sizeof(linger)) {
        if (load(out, call, call->args[n], &linger, sizeof(linger))) {
            fprintf(out, "{l_onoff=%d, l_linger=%d}", linger.l_onoff, linger.l_linger);
        }
    } else if (socket_level && (option == SO_RCVTIMEO || option == SO_SNDTIMEO) &&
               size == sizeof(time)) {
        if (load(out, call, call->args[n], &time, sizeof(time))) {
            put_timeval(out, &time);
        }
    } else if (socket_level && option == SO_PEERCRED && size == sizeof(credentials)) {
        if (load(out, call, call->args[n], &credentials, sizeof(credentials))) {
            fprintf(out, "{pid=%d, uid=%u, gid=%u}", credentials.pid, credentials.uid,
                    credentials.gid);
        }
    } else if (size == sizeof(value)) {
        if (load(out, call, call->args[n], &value, sizeof(value))) {
            fprintf(out, "[%d]", value);
        }
    } else if (size > 0) {
        put_data(out, call, call->args[n], (uint64_t)size);
    } else {
        put_pointer(out, call->args[n]);
    }
}

void print_option_value(FILE *out, const struct trace_call *call, unsigned n)
{
    put_option(out, call, n, (int)low(call, n + 1));
}

void print_option_read(FILE *out, const struct trace_call *call, unsigned n)
{
    int size;
    if (trace_failed(call) || !fetch(call, call->args[n + 1], &size, sizeof(size))) {
        put_pointer(out, call->args[n]);
    } else {
        put_option(out, call, n, size);
    }
}
