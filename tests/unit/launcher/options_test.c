/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line: accepted options, their precedence, and one line for each error. */
#include "unit.h"

#include "options.h"
#include "report.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char message[512];

static int clear_environment(void **state)
{
    (void)state;
    static const char *const names[] = {
        "HERMIT_CPUS", "HERMIT_MEM",   "HERMIT_KVM",        "HERMIT_ISLE",   "HERMIT_VERBOSE",
        "HERMIT_QEMU", "HERMIT_DEBUG", "HERMIT_CHAOS_SEED", "HERMIT_QUIET",  "HERMIT_ROOT",
        "HERMIT_IP",   "HERMIT_NETIF", "HERMIT_ISOLATED",   "HERMIT_MONITOR"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsetenv(names[i]);
    }
    return 0;
}

/* Parses a NULL-terminated list of words after the program's name; keeps reports in `message`. */
static int parse(struct options *options, const char *const *words)
{
    char *argv[32] = {(char *)(uintptr_t)"hermit"};
    int argc = 1;
    while (*words != NULL) {
        argv[argc++] = (char *)(uintptr_t)*words++;
    }
    memset(message, 0, sizeof(message));
    FILE *stream = fmemopen(message, sizeof(message) - 1, "w");
    report_redirect(stream);
    int result = options_parse(options, argc, argv);
    report_redirect(NULL);
    fclose(stream);
    return result;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void defaults(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(parse(&o, WORDS("run", "prog", "-x", "--cpus")), 0);
    assert_int_equal(o.command, COMMAND_RUN);
    assert_int_equal(o.cpus, 0);
    assert_int_equal(o.mem, 512 << 20);
    assert_int_equal(o.accel, ACCEL_AUTO);
    assert_int_equal(o.machine, MACHINE_MICROVM);
    assert_null(o.cwd);
    assert_false(o.quiet);
    assert_false(o.isolated);
    assert_string_equal(o.image, "prog");
    assert_int_equal(o.argc, 3);
    assert_string_equal(o.argv[2], "--cpus");
    options_free(&o);
}

static void every_option(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(
        parse(&o, WORDS("run", "--cpus", "4", "--mem=8G", "--root", "d", "--env", "A=1",
                        "--env=B=", "--clean-env", "--cwd", "/x", "--accel", "tcg", "--machine",
                        "q35", "--timeout", "1.5", "--stack", "64M", "--verbose", "--quiet",
                        "--isolated", "--qemu-arg", "-icount", "prog")),
        0);
    assert_int_equal(o.cpus, 4);
    assert_int_equal(o.mem, 8ULL << 30);
    assert_string_equal(o.root, "d");
    assert_int_equal(o.env.count, 2);
    assert_true(o.clean_env);
    assert_string_equal(o.cwd, "/x");
    assert_int_equal(o.accel, ACCEL_TCG);
    assert_int_equal(o.machine, MACHINE_Q35);
    assert_int_equal(o.timeout_ms, 1500);
    assert_int_equal(o.stack, 64 << 20);
    assert_true(o.verbose);
    assert_true(o.quiet);
    assert_true(o.isolated);
    assert_string_equal(o.qemu_args.words[0], "-icount");
    options_free(&o);
}

static void monitor_option(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(parse(&o, WORDS("run", "--monitor", "prog", "7")), 0);
    assert_true(o.monitor.wanted);
    assert_int_equal(o.monitor.port, 0);
    assert_string_equal(o.image, "prog");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "--monitor", "4444", "prog")), 0);
    assert_int_equal(o.monitor.port, 4444);
    assert_string_equal(o.image, "prog");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "--monitor=4445", "7")), 0);
    assert_int_equal(o.monitor.port, 4445);
    assert_string_equal(o.image, "7");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "prog")), 0);
    assert_false(o.monitor.wanted);
    options_free(&o);
}

static void network_options(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(parse(&o, WORDS("run", "prog")), 0);
    assert_int_equal(o.network.kind, NETWORK_DEFAULT);
    assert_false(o.network.asked);
    assert_int_equal(o.network.fd, -1);
    options_free(&o);
    setenv("HERMIT_IP", "10.0.0.1", 1);
    setenv("HERMIT_NETIF", "tap1", 1);
    assert_int_equal(parse(&o, WORDS("run", "--net", "user", "--publish", "8080:80", "--publish",
                                     "53:53/udp", "--ip", "10.0.0.9", "--gateway", "10.0.0.1",
                                     "--mask", "255.255.255.0", "--dns", "10.0.0.3", "--mac",
                                     "52:54:00:00:00:07", "--capture-net", "f.pcap", "prog")),
                     0);
    assert_int_equal(o.network.kind, NETWORK_USER);
    assert_true(o.network.asked);
    assert_int_equal(o.network.nr_published, 2);
    assert_int_equal(ntohl(o.network.ip.s_addr), 0x0a000009);
    assert_int_equal(ntohl(o.network.gateway.s_addr), 0x0a000001);
    assert_int_equal(ntohl(o.network.mask.s_addr), 0xffffff00);
    assert_int_equal(ntohl(o.network.dns.s_addr), 0x0a000003);
    assert_int_equal(o.network.mac[5], 7);
    assert_string_equal(o.network.capture, "f.pcap");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "prog")), 0);
    assert_int_equal(o.network.kind, NETWORK_TAP);
    assert_false(o.network.asked);
    options_free(&o);
    clear_environment(NULL);
}

static void environment_stands_in(void **state)
{
    (void)state;
    struct options o;
    setenv("HERMIT_ISLE", "qemu", 1);
    setenv("HERMIT_CPUS", "3", 1);
    setenv("HERMIT_MEM", "1G", 1);
    setenv("HERMIT_KVM", "0", 1);
    setenv("HERMIT_VERBOSE", "1", 1);
    setenv("HERMIT_QUIET", "1", 1);
    setenv("HERMIT_ISOLATED", "1", 1);
    setenv("HERMIT_DEBUG", "1", 1);
    setenv("HERMIT_CHAOS_SEED", "4294967295", 1);
    assert_int_equal(parse(&o, WORDS("run", "--cpus", "2", "prog")), 0);
    assert_int_equal(o.cpus, 2);
    assert_int_equal(o.mem, 1ULL << 30);
    assert_int_equal(o.accel, ACCEL_TCG);
    assert_true(o.verbose);
    assert_true(o.quiet);
    assert_true(o.isolated);
    assert_int_equal(o.debug_port, 1234);
    assert_int_equal(o.chaos_seed, 4294967295);
    options_free(&o);
    setenv("HERMIT_CHAOS_SEED", "0", 1);
    assert_int_equal(parse(&o, WORDS("run", "prog")), -1);
    options_free(&o);
    unsetenv("HERMIT_CHAOS_SEED");
    setenv("HERMIT_ISLE", "uhyve", 1);
    assert_int_equal(parse(&o, WORDS("run", "prog")), -1);
    options_free(&o);
    clear_environment(NULL);
}

static void root_of_the_environment_gives_way(void **state)
{
    (void)state;
    struct options o;
    setenv("HERMIT_ROOT", "e", 1);
    assert_int_equal(parse(&o, WORDS("run", "prog")), 0);
    assert_string_equal(o.root, "e");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "--root", "d", "prog")), 0);
    assert_string_equal(o.root, "d");
    options_free(&o);
    assert_int_equal(parse(&o, WORDS("run", "--initrd", "i", "prog")), 0);
    assert_null(o.root);
    assert_string_equal(o.initrd, "i");
    options_free(&o);
    setenv("HERMIT_ROOT", "", 1);
    assert_int_equal(parse(&o, WORDS("run", "prog")), 0);
    assert_null(o.root);
    options_free(&o);
    clear_environment(NULL);
}

static void errors_are_one_line(void **state)
{
    (void)state;
    const char *const *const bad[] = {
        WORDS("run"),
        WORDS("walk", "x"),
        WORDS("run", "--cpus", "0", "x"),
        WORDS("run", "--cpus", "256", "x"),
        WORDS("run", "--cpus", "x", "x"),
        WORDS("run", "--cpus"),
        WORDS("run", "--mem", "1K", "x"),
        WORDS("run", "--mem", "much", "x"),
        WORDS("run", "--accel", "hax", "x"),
        WORDS("run", "--machine", "pc", "x"),
        WORDS("run", "--timeout", "0", "x"),
        WORDS("run", "--stack", "1", "x"),
        WORDS("run", "--env", "NAME", "x"),
        WORDS("run", "--env", "=x", "x"),
        WORDS("run", "--cwd", "relative", "x"),
        WORDS("run", "--bogus\nline", "x"),
        WORDS("run", "--root", "a", "--initrd", "b", "x"),
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct options o;
        assert_int_equal(parse(&o, bad[i]), -1);
        options_free(&o);
        assert_int_equal(strncmp(message, "hermit: ", 8), 0);
        assert_ptr_equal(strchr(message, '\n'), message + strlen(message) - 1);
    }
}

static void help_and_version(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(parse(&o, WORDS("--help")), 0);
    assert_int_equal(o.command, COMMAND_HELP);
    assert_int_equal(parse(&o, WORDS("run", "--help")), 0);
    assert_int_equal(o.command, COMMAND_HELP);
    assert_int_equal(parse(&o, WORDS("--version")), 0);
    assert_int_equal(o.command, COMMAND_VERSION);
    options_free(&o);
}

static unsigned chosen(const char *const *words, bool threads, unsigned available)
{
    struct options o;
    assert_int_equal(parse(&o, words), 0);
    unsigned cpus = options_default_cpus(&o, threads, available);
    options_free(&o);
    return cpus;
}

static void cpus_where_none_were_asked_for(void **state)
{
    static const char *const no_numbers[] = {"", "0", "4,2", "many", "4 2", "-1", "999"};
    (void)state;
    unsetenv("OMP_NUM_THREADS");
    assert_int_equal(chosen(WORDS("run", "x"), false, 8), 1);
    assert_int_equal(chosen(WORDS("run", "x"), true, 8), 8);
    assert_int_equal(chosen(WORDS("run", "x"), true, 1000), 255);
    setenv("OMP_NUM_THREADS", "3", 1);
    assert_int_equal(chosen(WORDS("run", "x"), true, 8), 3);
    assert_int_equal(chosen(WORDS("run", "x"), true, 2), 2);
    assert_int_equal(chosen(WORDS("run", "x"), false, 8), 1);
    assert_int_equal(chosen(WORDS("run", "--env", "OMP_NUM_THREADS=5", "x"), true, 8), 5);
    assert_int_equal(chosen(WORDS("run", "--clean-env", "x"), true, 8), 8);
    for (size_t i = 0; i < sizeof(no_numbers) / sizeof(no_numbers[0]); i++) {
        setenv("OMP_NUM_THREADS", no_numbers[i], 1);
        assert_int_equal(chosen(WORDS("run", "x"), true, 8), 8);
    }
    unsetenv("OMP_NUM_THREADS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(every_option),
        cmocka_unit_test(monitor_option),
        cmocka_unit_test(network_options),
        cmocka_unit_test(environment_stands_in),
        cmocka_unit_test(cpus_where_none_were_asked_for),
        cmocka_unit_test(root_of_the_environment_gives_way),
        cmocka_unit_test(errors_are_one_line),
        cmocka_unit_test(help_and_version),
    };
    return cmocka_run_group_tests(tests, clear_environment, NULL);
}
