/* SPDX-License-Identifier: BSD-3-Clause */
/* Parses the command line and the HERMIT_* variables. No state outlives a call. */
#include "options.h"

#include "binfmt.h"
#include "parse.h"
#include "report.h"

#include <hermit/boot_abi.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_code {
    OPT_CPUS = 256,
    OPT_MEM,
    OPT_ROOT,
    OPT_ROOT_RO,
    OPT_ROOT_SIZE,
    OPT_SHARE,
    OPT_ISOLATED,
    OPT_NET,
    OPT_PUBLISH,
    OPT_CAPTURE_NET,
    OPT_MAC,
    OPT_IP,
    OPT_GATEWAY,
    OPT_MASK,
    OPT_DNS,
    OPT_MONITOR,
    OPT_TRACE,
    OPT_TRACE_TO,
    OPT_TRACE_COUNT,
    OPT_INITRD,
    OPT_ENV,
    OPT_CLEAN_ENV,
    OPT_CWD,
    OPT_ARGV0,
    OPT_ACCEL,
    OPT_MACHINE,
    OPT_TIMEOUT,
    OPT_STACK,
    OPT_VERBOSE,
    OPT_QUIET,
    OPT_QEMU_ARG,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"cpus", required_argument, NULL, OPT_CPUS},
    {"mem", required_argument, NULL, OPT_MEM},
    {"root", required_argument, NULL, OPT_ROOT},
    {"root-ro", required_argument, NULL, OPT_ROOT_RO},
    {"root-size", required_argument, NULL, OPT_ROOT_SIZE},
    {"share", required_argument, NULL, OPT_SHARE},
    {"isolated", no_argument, NULL, OPT_ISOLATED},
    {"net", required_argument, NULL, OPT_NET},
    {"publish", required_argument, NULL, OPT_PUBLISH},
    {"capture-net", required_argument, NULL, OPT_CAPTURE_NET},
    {"mac", required_argument, NULL, OPT_MAC},
    {"ip", required_argument, NULL, OPT_IP},
    {"gateway", required_argument, NULL, OPT_GATEWAY},
    {"mask", required_argument, NULL, OPT_MASK},
    {"dns", required_argument, NULL, OPT_DNS},
    {"monitor", optional_argument, NULL, OPT_MONITOR},
    {"trace", optional_argument, NULL, OPT_TRACE},
    {"trace-to", required_argument, NULL, OPT_TRACE_TO},
    {"trace-count", no_argument, NULL, OPT_TRACE_COUNT},
    {"initrd", required_argument, NULL, OPT_INITRD},
    {"env", required_argument, NULL, OPT_ENV},
    {"clean-env", no_argument, NULL, OPT_CLEAN_ENV},
    {"cwd", required_argument, NULL, OPT_CWD},
    {"argv0", required_argument, NULL, OPT_ARGV0},
    {"accel", required_argument, NULL, OPT_ACCEL},
    {"machine", required_argument, NULL, OPT_MACHINE},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"stack", required_argument, NULL, OPT_STACK},
    {"verbose", no_argument, NULL, OPT_VERBOSE},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"qemu-arg", required_argument, NULL, OPT_QEMU_ARG},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static int add_word(struct word_list *list, const char *word)
{
    const char **words = realloc(list->words, (list->count + 1) * sizeof(*words));
    if (words == NULL) {
        return fail("out of memory");
    }
    words[list->count++] = word;
    list->words = words;
    return 0;
}

static int set_cpus(struct options *options, const char *origin, const char *text)
{
    uint64_t value;
    if (parse_number(text, 1, CPUS_MAX, &value) != 0) {
        return fail("%s '%s': the number of CPUs must be 1 to %u", origin, text, CPUS_MAX);
    }
    options->cpus = (unsigned)value;
    return 0;
}

static int set_mem(struct options *options, const char *origin, const char *text)
{
    uint64_t bytes;
    if (parse_size(text, 1ULL << 20, &bytes) != 0) {
        return fail("%s '%s': not a size (examples: 512M, 8G)", origin, text);
    }
    if (bytes < MEM_MIN || bytes > MEM_MAX) {
        return fail("%s '%s': the memory size must be 2M to 64T", origin, text);
    }
    options->mem = bytes;
    return 0;
}

/* 0 means no limit, as tmpfs's size=0; the boot block uses HERMIT_ROOT_UNLIMITED. */
static int set_root_size(struct options *options, const char *text)
{
    uint64_t bytes;
    if (parse_size(text, 1, &bytes) != 0 || bytes > MEM_MAX / 8) {
        return fail("--root-size '%s': not a size up to 8T (examples: 256M, 0: no limit)", text);
    }
    options->root_pages = bytes == 0 ? HERMIT_ROOT_UNLIMITED : (uint32_t)((bytes + 4095) / 4096);
    return 0;
}

static int set_stack(struct options *options, const char *text)
{
    uint64_t bytes;
    if (strcmp(text, "unlimited") == 0) {
        bytes = UINT64_MAX;
    } else if (parse_size(text, 1, &bytes) != 0 || bytes < STACK_MIN || bytes > MEM_MAX) {
        return fail("--stack '%s': the stack size must be 16K or more (example: 64M)", text);
    }
    options->stack = bytes;
    return 0;
}

static int set_timeout(struct options *options, const char *text)
{
    if (parse_seconds(text, &options->timeout_ms) != 0) {
        return fail("--timeout '%s': not a number of seconds above zero", text);
    }
    return 0;
}

static int set_env(struct options *options, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return fail("--env '%s': must be NAME=VALUE", text);
    }
    return add_word(&options->env, text);
}

static int set_cwd(struct options *options, const char *text)
{
    if (text[0] != '/') {
        return fail("--cwd '%s': must be an absolute path inside the machine", text);
    }
    options->cwd = text;
    return 0;
}

static int add_share(struct options *options, const char *text)
{
    const char *rest;
    if (options->nr_shares == HERMIT_SHARES_MAX) {
        return fail("--share: at most %d folders can be shared", HERMIT_SHARES_MAX);
    }
    struct share *share = &options->shares[options->nr_shares++];
    if (share_parse(share, text) != 0) {
        return -1;
    }
    for (size_t i = 0; i + 1 < options->nr_shares; i++) {
        if (path_is_in(options->shares[i].guest, share->guest, &rest)) {
            return fail("--share '%s': would hide the shared folder %s", text,
                        options->shares[i].guest);
        }
    }
    return 0;
}

/* The folder below the root comes before what lies in the root. */
static int add_root_share(struct options *options)
{
    if (options->nr_shares == HERMIT_SHARES_MAX) {
        return fail("--root-ro: at most %d folders can be shared besides", HERMIT_SHARES_MAX - 1);
    }
    memmove(options->shares + 1, options->shares, options->nr_shares * sizeof(struct share));
    options->nr_shares++;
    return share_root(&options->shares[0], options->root_ro);
}

static int set_accel(struct options *options, const char *text)
{
    if (strcmp(text, "auto") == 0) {
        options->accel = ACCEL_AUTO;
    } else if (strcmp(text, "tcg") == 0) {
        options->accel = ACCEL_TCG;
    } else if (strcmp(text, "kvm") == 0) {
        options->accel = ACCEL_KVM;
    } else {
        return fail("--accel '%s': must be kvm, tcg or auto", text);
    }
    return 0;
}

static int set_machine(struct options *options, const char *text)
{
    if (strcmp(text, "microvm") == 0) {
        options->machine = MACHINE_MICROVM;
    } else if (strcmp(text, "q35") == 0) {
        options->machine = MACHINE_Q35;
    } else {
        return fail("--machine '%s': must be microvm or q35", text);
    }
    return 0;
}

/* Reads a boolean variable: unset, empty and 0 mean off. */
static bool switched_on(const char *text)
{
    return text != NULL && text[0] != '\0' && strcmp(text, "0") != 0;
}

static int set_debug(struct options *options, const char *text)
{
    uint64_t port;
    if (!switched_on(text)) {
        return 0;
    }
    if (parse_number(text, 1, 65535, &port) != 0) {
        return fail("HERMIT_DEBUG '%s': must be 0, 1 or a TCP port", text);
    }
    options->debug_port = port == 1 ? 1234 : (unsigned)port;
    return 0;
}

static int set_chaos_seed(struct options *options, const char *text)
{
    uint64_t seed;
    if (text == NULL || text[0] == '\0') {
        return 0;
    }
    if (parse_number(text, 1, UINT32_MAX, &seed) != 0) {
        return fail("HERMIT_CHAOS_SEED '%s': must be a number from 1 to 4294967295", text);
    }
    options->chaos_seed = (uint32_t)seed;
    return 0;
}

/* Reads the variables with a number or a choice. */
static int read_values(struct options *options)
{
    const char *cpus = getenv("HERMIT_CPUS");
    const char *mem = getenv("HERMIT_MEM");
    if (cpus != NULL && cpus[0] != '\0' && set_cpus(options, "HERMIT_CPUS", cpus) != 0) {
        return -1;
    }
    if (mem != NULL && mem[0] != '\0' && set_mem(options, "HERMIT_MEM", mem) != 0) {
        return -1;
    }
    if (set_chaos_seed(options, getenv("HERMIT_CHAOS_SEED")) != 0) {
        return -1;
    }
    return set_debug(options, getenv("HERMIT_DEBUG"));
}

static int read_environment(struct options *options)
{
    const char *isle = getenv("HERMIT_ISLE");
    if (isle != NULL && isle[0] != '\0' && strcmp(isle, "qemu") != 0) {
        return fail("HERMIT_ISLE '%s': only 'qemu' is supported", isle);
    }
    const char *kvm = getenv("HERMIT_KVM");
    if (kvm != NULL && kvm[0] != '\0') {
        options->accel = switched_on(kvm) ? ACCEL_KVM : ACCEL_TCG;
    }
    const char *qemu = getenv("HERMIT_QEMU");
    if (qemu != NULL && qemu[0] != '\0') {
        options->qemu = qemu;
    }
    options->verbose = switched_on(getenv("HERMIT_VERBOSE"));
    options->quiet = switched_on(getenv("HERMIT_QUIET"));
    options->isolated = switched_on(getenv("HERMIT_ISOLATED"));
    if (network_read_environment(&options->network) != 0 ||
        monitor_read_environment(&options->monitor) != 0) {
        return -1;
    }
    return read_values(options);
}

/* The options of the network ask for a device, whatever the program is. */
static int apply_network(struct network *network, int code, const char *text)
{
    network->asked = true;
    switch (code) {
    case OPT_NET:
        return network_set_kind(network, "--net", text);
    case OPT_PUBLISH:
        return network_add_port(network, "--publish", text);
    case OPT_CAPTURE_NET:
        network->capture = text;
        return 0;
    case OPT_MAC:
        return network_set_mac(network, "--mac", text);
    case OPT_IP:
        return network_set_address(&network->ip, "--ip", text);
    case OPT_GATEWAY:
        return network_set_address(&network->gateway, "--gateway", text);
    case OPT_MASK:
        return network_set_address(&network->mask, "--mask", text);
    default:
        return network_set_address(&network->dns, "--dns", text);
    }
}

/* Each of the options asks for a trace, of all calls unless --trace= names some. */
static int apply_trace(struct trace_options *trace, int code, const char *text)
{
    if (!trace->wanted && call_set_parse(&trace->calls, NULL) != 0) {
        return -1;
    }
    trace->wanted = true;
    switch (code) {
    case OPT_TRACE:
        return text != NULL ? call_set_parse(&trace->calls, text) : 0;
    case OPT_TRACE_TO:
        trace->file = text;
        return 0;
    default:
        trace->counts = true;
        return 0;
    }
}

static int apply_option(struct options *options, int code, const char *text)
{
    switch (code) {
    case OPT_CPUS:
        return set_cpus(options, "--cpus", text);
    case OPT_MEM:
        return set_mem(options, "--mem", text);
    case OPT_ROOT:
        options->root = text;
        return 0;
    case OPT_ROOT_RO:
        options->root_ro = text;
        return 0;
    case OPT_ROOT_SIZE:
        return set_root_size(options, text);
    case OPT_SHARE:
        return add_share(options, text);
    case OPT_ISOLATED:
        options->isolated = true;
        return 0;
    case OPT_NET:
    case OPT_PUBLISH:
    case OPT_CAPTURE_NET:
    case OPT_MAC:
    case OPT_IP:
    case OPT_GATEWAY:
    case OPT_MASK:
    case OPT_DNS:
        return apply_network(&options->network, code, text);
    case OPT_MONITOR:
        return monitor_set_port(&options->monitor, "--monitor", text);
    case OPT_TRACE:
    case OPT_TRACE_TO:
    case OPT_TRACE_COUNT:
        return apply_trace(&options->trace, code, text);
    case OPT_INITRD:
        options->initrd = text;
        return 0;
    case OPT_ENV:
        return set_env(options, text);
    case OPT_CLEAN_ENV:
        options->clean_env = true;
        return 0;
    case OPT_CWD:
        return set_cwd(options, text);
    case OPT_ARGV0:
        options->argv0 = text;
        return 0;
    case OPT_ACCEL:
        return set_accel(options, text);
    case OPT_MACHINE:
        return set_machine(options, text);
    case OPT_TIMEOUT:
        return set_timeout(options, text);
    case OPT_STACK:
        return set_stack(options, text);
    case OPT_VERBOSE:
        options->verbose = true;
        return 0;
    case OPT_QUIET:
        options->quiet = true;
        return 0;
    case OPT_QEMU_ARG:
        return add_word(&options->qemu_args, text);
    case OPT_HELP:
        options->command = COMMAND_HELP;
        return 0;
    default:
        return -1;
    }
}

static int take_image(struct options *options, int argc, char **argv)
{
    if (argc == 0) {
        return fail("no image given (try 'hermit --help')");
    }
    options->image = argv[0];
    for (int i = 0; i < argc; i++) {
        struct word_list list = {options->argv, options->argc};
        if (add_word(&list, i == 0 && options->argv0 != NULL ? options->argv0 : argv[i]) != 0) {
            return -1;
        }
        options->argv = list.words;
        options->argc = list.count;
    }
    return 0;
}

/* HERMIT_ROOT stands in for --root where the command line names no files. */
static void default_root(struct options *options)
{
    const char *root = getenv("HERMIT_ROOT");
    bool named = options->root != NULL || options->root_ro != NULL || options->initrd != NULL;
    if (!named && root != NULL && root[0] != '\0') {
        options->root = root;
    }
}

/* One of the options says where / comes from. */
static int choose_root(struct options *options)
{
    if (options->root != NULL && options->initrd != NULL) {
        return fail("--root and --initrd exclude each other");
    }
    if (options->root_ro != NULL && (options->root != NULL || options->initrd != NULL)) {
        return fail("--root-ro and %s exclude each other",
                    options->root != NULL ? "--root" : "--initrd");
    }
    default_root(options);
    return options->root_ro != NULL ? add_root_share(options) : 0;
}

/* A trace is made by breakpoints of QEMU's gdb stub, which has one client, under TCG. */
static int check_trace(const struct options *options)
{
    if (options->trace.wanted && options->accel == ACCEL_KVM) {
        return fail("--trace needs --accel tcg, and KVM was asked for");
    }
    if (options->trace.wanted && options->debug_port != 0) {
        return fail("--trace and HERMIT_DEBUG exclude each other");
    }
    return 0;
}

/* Whether a word behind --monitor is its port, and not the image. */
static bool is_number(const char *word)
{
    return word[0] != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* argv[0] is the word `run`; getopt takes it for the program's name. */
static int parse_run(struct options *options, int argc, char **argv)
{
    opterr = 0;
    optind = 0;
    for (;;) {
        int at = optind == 0 ? 1 : optind;
        int code = getopt_long(argc, argv, "+:h", long_options, NULL);
        if (code == -1) {
            break;
        }
        if (code == ':') {
            return fail("%s needs a value", argv[at]);
        }
        if (code == '?') {
            return fail("unknown option '%s' (try 'hermit --help')", argv[at]);
        }
        char *value = optarg;
        if (code == OPT_MONITOR && value == NULL && optind < argc && is_number(argv[optind])) {
            value = argv[optind++];
        }
        if (apply_option(options, code == 'h' ? OPT_HELP : code, value) != 0) {
            return -1;
        }
        if (options->command == COMMAND_HELP) {
            return 0;
        }
    }
    if (choose_root(options) != 0 || check_trace(options) != 0) {
        return -1;
    }
    return take_image(options, argc - optind, argv + optind);
}

/* binfmt_misc: the image's path and its argv[0], then its arguments. */
static int parse_handed_over(struct options *options, int argc, char **argv)
{
    if (argc < 3) {
        return fail("%s is for binfmt_misc; to run a program: hermit run", argv[0]);
    }
    if (read_environment(options) != 0) {
        return -1;
    }
    default_root(options);
    options->argv0 = argv[2];
    argv[2] = argv[1];
    return take_image(options, argc - 2, argv + 2);
}

static int parse_binfmt(struct options *options, int argc, char **argv)
{
    for (const char *const *action = binfmt_actions; argc == 2 && *action != NULL; action++) {
        if (strcmp(argv[1], *action) == 0) {
            options->command = COMMAND_BINFMT;
            options->action = *action;
            return 0;
        }
    }
    return fail("binfmt: one of install, remove, status, print (try 'hermit --help')");
}

static int no_command(const char *word)
{
    if (word[0] == '-') {
        return fail("'%s' is no command; options come behind it: hermit run %s …", word, word);
    }
    return fail("no command '%s'; to run a program: hermit run %s", word, word);
}

int options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){.mem = MEM_DEFAULT, .network.fd = -1, .monitor.fd = -1};
    if (argc > 0 && binfmt_is_runner(argv[0])) {
        return parse_handed_over(options, argc, argv);
    }
    if (argc < 2) {
        return fail("no command given (try 'hermit --help')");
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        options->command = COMMAND_HELP;
        return 0;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        options->command = COMMAND_VERSION;
        return 0;
    }
    if (strcmp(word, "binfmt") == 0) {
        return parse_binfmt(options, argc - 1, argv + 1);
    }
    if (strcmp(word, "run") != 0) {
        return no_command(word);
    }
    if (read_environment(options) != 0) {
        return -1;
    }
    return parse_run(options, argc - 1, argv + 1);
}

/* A variable's value in the program's environment; NULL: not set. */
static const char *program_variable(const struct options *options, const char *name)
{
    size_t length = strlen(name);
    const char *value = options->clean_env ? NULL : getenv(name);
    for (size_t i = 0; i < options->env.count; i++) {
        const char *word = options->env.words[i];
        if (strncmp(word, name, length) == 0 && word[length] == '=') {
            value = word + length + 1;
        }
    }
    return value;
}

unsigned options_default_cpus(const struct options *options, bool threads, unsigned available)
{
    const char *text = program_variable(options, "OMP_NUM_THREADS");
    uint64_t most;
    if (!threads) {
        return 1;
    }
    if (text != NULL && parse_number(text, 1, CPUS_MAX, &most) == 0 && most < available) {
        return (unsigned)most;
    }
    return available < CPUS_MAX ? available : CPUS_MAX;
}

void options_free(struct options *options)
{
    free(options->env.words);
    free(options->qemu_args.words);
    free(options->argv);
    for (size_t i = 0; i < options->nr_shares; i++) {
        share_free(&options->shares[i]);
    }
    options->nr_shares = 0;
    free(options->own_cwd);
    options->own_cwd = NULL;
    options->env.words = NULL;
    options->qemu_args.words = NULL;
    options->argv = NULL;
}

void options_help(void)
{
    fputs(
        "Usage: hermit run [OPTION…] IMAGE [ARGUMENT…]\n"
        "       hermit binfmt install | remove | status | print\n"
        "       hermit --help | --version\n"
        "\n"
        "Runs a Hermit image in a virtual machine; its streams and exit status are\n"
        "those of this command (125: the launcher or the machine failed).\n"
        "\n"
        "  --cpus N            processors, 1 to 255 (HERMIT_CPUS; default: the caller's if the\n"
        "                      image has threads, OMP_NUM_THREADS at most; else 1)\n"
        "  --mem SIZE          memory, for example 512M or 8G (default 512M; HERMIT_MEM)\n"
        "                      Without --root, --root-ro, --initrd and --share the current folder\n"
        "                      is the program's, for reading and writing, at its own path.\n"
        "  --isolated          no folder of the host but those that are named (HERMIT_ISOLATED=1)\n"
        "  --root DIR          the program's / is a copy of this folder (HERMIT_ROOT)\n"
        "  --root-ro DIR       the program's / is this folder itself; what the program changes is "
        "in\n"
        "                      memory\n"
        "  --root-size SIZE    room for files in / (default half of memory; 0: no limit)\n"
        "  --initrd FILE       the program's / comes from this newc cpio archive\n"
        "  --share HOST[:GUEST][:ro][,cache=none|close-to-open|always][,via=9p|virtiofs]\n"
        "                      the host's folder itself, for reading and writing, at its own path\n"
        "                      or at GUEST; may be repeated\n"
        "  --net KIND          none, user, passt, tap=NAME, tap-fd=N, unix=PATH or switch=DIR\n"
        "                      (default: user if the program uses the network, else none)\n"
        "  --publish [ADDRESS:]PORT:PORT[/udp]\n"
        "                      the host's port leads to the machine's; on 127.0.0.1 unless an\n"
        "                      address is given; may be repeated\n"
        "  --ip A --gateway A --mask A --dns A\n"
        "                      the machine's addresses (default: by DHCP; HERMIT_IP, …)\n"
        "  --mac ADDRESS       address of the network device\n"
        "  --capture-net FILE  what goes over the network, as pcap (HERMIT_CAPTURE_NET)\n"
        "  --monitor [PORT]    QEMU's monitor on that port of 127.0.0.1, or on a socket that is "
        "told\n"
        "                      (HERMIT_MONITOR)\n"
        "  --trace[=CALLS]     the program's system calls on stderr, as strace writes them; CALLS: "
        "names\n"
        "                      or families (file, desc, memory, process, signal, network, ipc),\n"
        "                      separated by commas, or ! and those that are not wanted\n"
        "  --trace-to FILE     … to this file\n"
        "  --trace-count       … a table of counts, errors and times at the end instead\n"
        "  --env NAME=VALUE    adds or replaces a variable; may be repeated\n"
        "  --clean-env         does not hand over the caller's environment\n"
        "  --cwd DIR           working folder inside the machine (default: the current one, if it\n"
        "                      is shared; else /)\n"
        "  --argv0 NAME        the program's argv[0] (default: IMAGE as it is given)\n"
        "  --accel KIND        kvm, tcg or auto (default auto; HERMIT_KVM=0|1)\n"
        "  --machine TYPE      microvm or q35 (default microvm)\n"
        "  --timeout SECONDS   ends the run with status 124\n"
        "  --stack SIZE        limit of the main thread's stack (default: the caller's ulimit -s)\n"
        "  --verbose           kernel and firmware messages on stderr (HERMIT_VERBOSE=1)\n"
        "  --quiet             no line about files that are lost at the end (HERMIT_QUIET=1)\n"
        "  --qemu-arg WORD     one more word for QEMU's command line; may be repeated\n"
        "\n"
        "binfmt registers images with Linux's binfmt_misc, so that the kernel starts them by\n"
        "this command; print shows the line for a file in /etc/binfmt.d.\n"
        "\n"
        "HERMIT_QEMU names the emulator, HERMIT_DEBUG=1 (or a TCP port) waits for gdb,\n"
        "HERMIT_ISLE=qemu is accepted.\n",
        stdout);
}
