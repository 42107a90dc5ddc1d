/* SPDX-License-Identifier: BSD-3-Clause */
/* The network's options: what their values mean, what QEMU is told, one line for each error. */
#include "unit.h"

#include "network.h"
#include "report.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char message[512];
static FILE *stream;

static int clear_environment(void **state)
{
    static const char *const names[] = {"HERMIT_IP",      "HERMIT_GATEWAY", "HERMIT_MASK",
                                        "HERMIT_NETIF",   "HERMIT_PORT",    "HERMIT_CAPTURE_NET",
                                        "HERMIT_APP_PORT"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsetenv(names[i]);
    }
    return 0;
}

static void listen_to_reports(void)
{
    memset(message, 0, sizeof(message));
    stream = fmemopen(message, sizeof(message) - 1, "w");
    report_redirect(stream);
}

static void end_reports(void)
{
    report_redirect(NULL);
    fclose(stream);
}

/* Does what `call` says; it must fail with one line that has `words`. */
#define EXPECT_FAILURE(call, words)                                                                \
    do {                                                                                           \
        listen_to_reports();                                                                       \
        int result_ = (call);                                                                      \
        end_reports();                                                                             \
        assert_int_equal(result_, -1);                                                             \
        assert_ptr_equal(strchr(message, '\n'), message + strlen(message) - 1);                    \
        assert_non_null(strstr(message, words));                                                   \
    } while (0)

static struct network fresh(void)
{
    return (struct network){.fd = -1};
}

static void kinds_are_understood(void **state)
{
    (void)state;
    struct network n = fresh();
    assert_int_equal(network_set_kind(&n, "--net", "none"), 0);
    assert_int_equal(n.kind, NETWORK_NONE);
    assert_int_equal(network_set_kind(&n, "--net", "user"), 0);
    assert_int_equal(n.kind, NETWORK_USER);
    assert_int_equal(network_set_kind(&n, "--net", "passt"), 0);
    assert_int_equal(n.kind, NETWORK_PASST);
    assert_int_equal(network_set_kind(&n, "--net", "tap=tap0"), 0);
    assert_int_equal(n.kind, NETWORK_TAP);
    assert_string_equal(n.name, "tap0");
    assert_int_equal(network_set_kind(&n, "--net", "tap-fd=7"), 0);
    assert_int_equal(n.kind, NETWORK_TAP_FD);
    assert_int_equal(n.fd, 7);
    assert_int_equal(network_set_kind(&n, "--net", "unix=/tmp/s"), 0);
    assert_int_equal(n.kind, NETWORK_UNIX);
    assert_int_equal(n.fd, -1);
    assert_int_equal(network_set_kind(&n, "--net", "switch=a/b"), 0);
    assert_int_equal(n.kind, NETWORK_SWITCH);
    assert_string_equal(n.name, "a/b");
    static const char *const wrong[] = {"",
                                        "users",
                                        "tap=",
                                        "tap",
                                        "switch=",
                                        "tap=a/b",
                                        "tap-fd=",
                                        "tap-fd=x",
                                        "tap-fd=-1",
                                        "unix=",
                                        "User",
                                        "none ",
                                        "tap=sixteen-letters!"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        EXPECT_FAILURE(network_set_kind(&n, "--net", wrong[i]), "hermit: --net '");
    }
}

static void ports_are_understood(void **state)
{
    (void)state;
    struct network n = fresh();
    assert_int_equal(network_add_port(&n, "--publish", "8080:80"), 0);
    assert_int_equal(network_add_port(&n, "--publish", "0.0.0.0:53:5353/udp"), 0);
    assert_int_equal(network_add_port(&n, "--publish", "127.0.0.2:1:65535/tcp"), 0);
    assert_int_equal(n.nr_published, 3);
    assert_int_equal(n.published[0].address.s_addr, htonl(INADDR_LOOPBACK));
    assert_int_equal(n.published[0].host, 8080);
    assert_int_equal(n.published[0].guest, 80);
    assert_false(n.published[0].udp);
    assert_int_equal(n.published[1].address.s_addr, 0);
    assert_true(n.published[1].udp);
    assert_int_equal(n.published[2].guest, 65535);
    static const char *const wrong[] = {
        "",        "80",         ":80",    "80:",       "0:80",         "80:0",
        "65536:1", "1:65536",    "a:80",   "::1:80:80", "1:2:3",        "1.2.3:4:5",
        "80:80/",  "80:80/icmp", "80:80 ", "80:+80",    "80:80/udp/tcp"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        EXPECT_FAILURE(network_add_port(&n, "--publish", wrong[i]), "--publish '");
    }
    assert_int_equal(n.nr_published, 3);
    for (int i = 3; i < PUBLISHED_MAX; i++) {
        assert_int_equal(network_add_port(&n, "--publish", "8080:80"), 0);
    }
    EXPECT_FAILURE(network_add_port(&n, "--publish", "1:1"), "at most 64");
}

static void addresses_are_understood(void **state)
{
    (void)state;
    struct network n = fresh();
    assert_int_equal(network_set_mac(&n, "--mac", "52:54:00:aB:0c:fF"), 0);
    static const uint8_t mac[] = {0x52, 0x54, 0x00, 0xab, 0x0c, 0xff};
    assert_memory_equal(n.mac, mac, sizeof(mac));
    static const char *const wrong[] = {"",
                                        "52:54:00:12:34",
                                        "52:54:00:12:34:56:78",
                                        "53:54:0:1:2:3",
                                        "01:00:5e:00:00:01",
                                        "52-54-00-12-34-56",
                                        "5254:00:12:34:567"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        EXPECT_FAILURE(network_set_mac(&n, "--mac", wrong[i]), "--mac '");
    }
    assert_int_equal(network_set_address(&n.ip, "--ip", "10.1.2.3"), 0);
    assert_int_equal(n.ip.s_addr, inet_addr("10.1.2.3"));
    EXPECT_FAILURE(network_set_address(&n.ip, "--ip", "10.1.2"), "--ip '10.1.2'");
    EXPECT_FAILURE(network_set_address(&n.ip, "--ip", "0.0.0.0"), "--ip '0.0.0.0'");
    EXPECT_FAILURE(network_set_address(&n.ip, "--ip", "10.1.2.3/8"), "not an IPv4 address");
}

static void device_is_there_if_used_or_asked_for(void **state)
{
    (void)state;
    struct network n = fresh();
    assert_int_equal(network_choose(&n, false), 0);
    assert_int_equal(n.kind, NETWORK_NONE);
    assert_int_equal(network_describe(&n).present, 0);
    n = fresh();
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(n.kind, NETWORK_USER);
    assert_int_equal(network_describe(&n).present, 1);
    n = fresh();
    n.asked = true;
    assert_int_equal(network_choose(&n, false), 0);
    assert_int_equal(n.kind, NETWORK_USER);
    n.kind = NETWORK_NONE;
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(n.kind, NETWORK_NONE);
    assert_int_equal(network_add_port(&n, "--publish", "1:1"), 0);
    EXPECT_FAILURE(network_choose(&n, true), "--net none");
    n.kind = NETWORK_TAP;
    EXPECT_FAILURE(network_choose(&n, true), "--publish");
}

static void machines_that_meet_have_addresses_of_their_own(void **state)
{
    (void)state;
    struct network a = fresh(), b = fresh();
    assert_int_equal(network_set_kind(&a, "--net", "unix=/s"), 0);
    assert_int_equal(network_set_kind(&b, "--net", "unix=/s"), 0);
    assert_int_equal(network_choose(&a, true), 0);
    assert_int_equal(network_choose(&b, true), 0);
    assert_memory_not_equal(a.mac, b.mac, 6);
    assert_int_equal(a.mac[0], 0x52);
}

static void variables_are_defaults(void **state)
{
    (void)state;
    struct network n = fresh();
    setenv("HERMIT_IP", "10.0.5.3", 1);
    setenv("HERMIT_GATEWAY", "10.0.5.1", 1);
    setenv("HERMIT_MASK", "255.255.255.0", 1);
    setenv("HERMIT_NETIF", "tap7", 1);
    setenv("HERMIT_CAPTURE_NET", "1", 1);
    setenv("HERMIT_PORT", "18766", 1);
    setenv("HERMIT_APP_PORT", "8000", 1);
    assert_int_equal(network_read_environment(&n), 0);
    assert_int_equal(n.kind, NETWORK_TAP);
    assert_string_equal(n.name, "tap7");
    assert_string_equal(n.capture, "qemu-vlan0.pcap");
    assert_false(n.asked);
    assert_int_equal(n.ip.s_addr, inet_addr("10.0.5.3"));
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(n.nr_published, 0); /* a tap's are reached themselves */
    unsetenv("HERMIT_NETIF");
    n = fresh();
    assert_int_equal(network_read_environment(&n), 0);
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(n.nr_published, 1);
    assert_int_equal(n.published[0].host, 8000);
    assert_int_equal(n.published[0].guest, 8000);
    n = fresh();
    assert_int_equal(network_add_port(&n, "--publish", "1:2"), 0);
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(n.nr_published, 1);
    setenv("HERMIT_PORT", "x", 1);
    EXPECT_FAILURE(network_read_environment(&n), "HERMIT_PORT 'x'");
    setenv("HERMIT_PORT", "", 1);
    setenv("HERMIT_IP", "here", 1);
    EXPECT_FAILURE(network_read_environment(&n), "HERMIT_IP 'here'");
    clear_environment(NULL);
}

static struct network with_ip(const char *ip, const char *gateway, const char *mask)
{
    struct network n = fresh();
    n.asked = true;
    if (ip != NULL) {
        assert_int_equal(network_set_address(&n.ip, "--ip", ip), 0);
    }
    if (gateway != NULL) {
        assert_int_equal(network_set_address(&n.gateway, "--gateway", gateway), 0);
    }
    if (mask != NULL) {
        assert_int_equal(network_set_address(&n.mask, "--mask", mask), 0);
    }
    return n;
}

static void addresses_must_fit_together(void **state)
{
    (void)state;
    struct network n = with_ip("10.1.2.3", NULL, NULL);
    assert_int_equal(network_choose(&n, true), 0);
    struct hermit_network said = network_describe(&n);
    static const uint8_t ip[] = {10, 1, 2, 3}, mask[] = {255, 255, 255, 0},
                         gateway[] = {10, 1, 2, 2};
    assert_memory_equal(said.ip, ip, 4);
    assert_memory_equal(said.mask, mask, 4);
    assert_memory_equal(said.gateway, gateway, 4);
    n = with_ip("10.1.2.3", "10.9.9.9", "255.0.0.0");
    assert_int_equal(network_choose(&n, true), 0);
    n = with_ip(NULL, "10.1.2.1", NULL);
    EXPECT_FAILURE(network_choose(&n, true), "--ip");
    n = with_ip(NULL, NULL, "255.255.0.0");
    EXPECT_FAILURE(network_choose(&n, true), "--ip");
    n = with_ip("10.1.2.3", "10.1.3.1", NULL);
    EXPECT_FAILURE(network_choose(&n, true), "--gateway '10.1.3.1'");
    n = with_ip("10.1.2.3", "10.1.2.3", NULL);
    EXPECT_FAILURE(network_choose(&n, true), "gateway's address");
    n = with_ip("10.1.2.3", NULL, "255.0.255.0");
    EXPECT_FAILURE(network_choose(&n, true), "--mask '255.0.255.0'");
    n = with_ip("10.1.2.3", NULL, "255.255.255.255");
    EXPECT_FAILURE(network_choose(&n, true), "--mask");
}

static void qemu_is_told(void **state)
{
    (void)state;
    char text[256];
    struct network n = with_ip("10.1.2.3", NULL, NULL);
    assert_int_equal(network_add_port(&n, "--publish", "8080:80"), 0);
    assert_int_equal(network_add_port(&n, "--publish", "0.0.0.0:53:53/udp"), 0);
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(
        text, "user,id=net0,net=10.1.2.3/24,host=10.1.2.2,dns=10.1.2.4,"
              "dhcpstart=10.1.2.3,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:0.0.0.0:53-:53");
    EXPECT_FAILURE(network_netdev(&n, text, 40), "too many");
    n = with_ip("10.1.2.9", "10.1.2.3", "255.255.0.0");
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(
        text, "user,id=net0,net=10.1.2.9/16,host=10.1.2.3,dns=10.1.0.3,dhcpstart=10.1.2.9");
    n.dns.s_addr = inet_addr("10.1.7.7");
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(
        text, "user,id=net0,net=10.1.2.9/16,host=10.1.2.3,dns=10.1.7.7,dhcpstart=10.1.2.9");
    n.dns.s_addr = inet_addr("8.8.8.8"); /* beyond the gateway */
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_non_null(strstr(text, ",dns=10.1.0.3,"));
    n = fresh();
    assert_int_equal(network_choose(&n, true), 0);
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(text, "user,id=net0");
    assert_int_equal(network_set_kind(&n, "--net", "unix=/a,b"), 0);
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(text, "stream,id=net0,server=on,addr.type=unix,addr.path=/a,,b");
    n.fd = 5;
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(text, "stream,id=net0,server=off,addr.type=fd,addr.str=5");
    assert_int_equal(network_set_kind(&n, "--net", "tap-fd=9"), 0);
    assert_int_equal(network_netdev(&n, text, sizeof(text)), 0);
    assert_string_equal(text, "tap,id=net0,fd=9");
}

static void taken_ports_are_told(void **state)
{
    (void)state;
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(name);
    char text[32];
    for (int udp = 0; udp < 2; udp++) {
        struct network n = fresh();
        int fd = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
        name.sin_port = 0;
        assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
        assert_true(udp || listen(fd, 1) == 0);
        assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &length), 0);
        snprintf(text, sizeof(text), "%u:80%s", ntohs(name.sin_port), udp ? "/udp" : "");
        assert_int_equal(network_add_port(&n, "--publish", text), 0);
        assert_int_equal(network_choose(&n, true), 0);
        EXPECT_FAILURE(network_open(&n), "it is taken");
        close(fd);
        assert_int_equal(network_open(&n), 0);
        network_close(&n);
    }
    struct network n = fresh();
    assert_int_equal(network_add_port(&n, "--publish", "192.0.2.77:8080:80"), 0);
    assert_int_equal(network_choose(&n, true), 0);
    EXPECT_FAILURE(network_open(&n), "not this host's");
}

static void what_is_missing_is_told(void **state)
{
    (void)state;
    char path[] = "/tmp/hermit-network.XXXXXX";
    struct network n = fresh();
    assert_int_equal(network_set_kind(&n, "--net", "tap=hermit-none"), 0);
    EXPECT_FAILURE(network_open(&n), "there is no such interface");
    assert_int_equal(network_set_kind(&n, "--net", "tap-fd=1000"), 0);
    EXPECT_FAILURE(network_open(&n), "no such descriptor");
    assert_int_equal(network_set_kind(&n, "--net", "tap-fd=0"), 0);
    EXPECT_FAILURE(network_open(&n), "not a tap");
    const char *before = getenv("PATH");
    char *kept = strdup(before != NULL ? before : "/usr/bin:/bin");
    setenv("PATH", "/nowhere", 1);
    assert_int_equal(network_set_kind(&n, "--net", "passt"), 0);
    EXPECT_FAILURE(network_open(&n), "Debian package passt");
    setenv("PATH", kept, 1);
    free(kept);
    int file = mkstemp(path);
    char value[64];
    snprintf(value, sizeof(value), "unix=%s", path);
    assert_int_equal(network_set_kind(&n, "--net", value), 0);
    assert_int_equal(network_open(&n), 0); /* nobody listens: this one will */
    assert_int_equal(n.fd, -1);
    close(file);
    unlink(path);
    assert_int_equal(network_open(&n), 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(server, (struct sockaddr *)&name, sizeof(name)), 0);
    assert_int_equal(listen(server, 1), 0);
    assert_int_equal(network_open(&n), 0);
    assert_true(n.fd >= 0);
    network_close(&n);
    close(server);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_understood),
        cmocka_unit_test(ports_are_understood),
        cmocka_unit_test(addresses_are_understood),
        cmocka_unit_test(device_is_there_if_used_or_asked_for),
        cmocka_unit_test(machines_that_meet_have_addresses_of_their_own),
        cmocka_unit_test(variables_are_defaults),
        cmocka_unit_test(addresses_must_fit_together),
        cmocka_unit_test(qemu_is_told),
        cmocka_unit_test(taken_ports_are_told),
        cmocka_unit_test(what_is_missing_is_told),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
