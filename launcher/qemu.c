/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds QEMU's command line (QEMU 7.2 and later). Reasons for some choices:
 *
 * - microvm without ACPI boots the small qboot firmware, which provides an MP table; with ACPI it
 *   boots SeaBIOS, several times slower under TCG.
 * - virtio-mmio is legacy by default.
 * - Streams are virtserialports, not virtconsoles: only the former report that the host's end was
 *   closed.
 *
 * No state, no locks.
 */
#include "qemu.h"

#include "host.h"
#include "options.h"
#include "report.h"
#include "virtiofs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_QEMU "qemu-system-x86_64"

#define MICROVM_LOW   (3ULL << 30)
#define Q35_LOW       (2ULL << 30)
#define Q35_SPLITS_AT 0xb0000000ULL
#define Q35_TABLES    0x29000ULL

char *qemu_find(const struct options *options)
{
    const char *name = options->qemu != NULL ? options->qemu : DEFAULT_QEMU;
    char *found = host_find_program(name);
    if (found == NULL) {
        fail("QEMU not found: no program '%s' (Debian package qemu-system-x86)", name);
    }
    return found;
}

bool qemu_has_argument(const struct options *options, const char *word)
{
    for (size_t i = 0; i < options->qemu_args.count; i++) {
        if (strcmp(options->qemu_args.words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

const char *qemu_argument_after(const struct options *options, const char *word)
{
    for (size_t i = 0; i + 1 < options->qemu_args.count; i++) {
        if (strcmp(options->qemu_args.words[i], word) == 0) {
            return options->qemu_args.words[i + 1];
        }
    }
    return NULL;
}

/*
 * QEMU's memory layout: memory beyond the low part is above 4 GiB. PC machines keep the ACPI tables
 * at the end of the low part.
 */
uint64_t qemu_low_memory(const struct options *options)
{
    uint64_t mem = options->mem;
    if (options->machine == MACHINE_MICROVM) {
        return mem < MICROVM_LOW ? mem : MICROVM_LOW;
    }
    uint64_t low = mem < Q35_SPLITS_AT ? mem : Q35_LOW;
    return low > Q35_TABLES ? low - Q35_TABLES : 0;
}

/* A growing argument vector; `failed` is set if memory ran out. */
struct vector {
    char **words;
    size_t count;
    bool failed;
};

__attribute__((format(printf, 2, 3))) static void add(struct vector *vector, const char *format,
                                                      ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    char **words = realloc(vector->words, (vector->count + 2) * sizeof(*words));
    if (words != NULL) {
        vector->words = words;
    }
    if (n < 0 || words == NULL) {
        if (n >= 0) {
            free(text);
        }
        vector->failed = true;
        return;
    }
    words[vector->count++] = text;
    words[vector->count] = NULL;
}

static void add_pair(struct vector *vector, const char *option, const char *value)
{
    add(vector, "%s", option);
    add(vector, "%s", value);
}

static void add_machine(struct vector *vector, const struct options *options, bool kvm)
{
    unsigned long long kib = (options->mem + 1023) / 1024;
    bool shared = virtiofs_used(options);
    const char *backend = shared ? ",memory-backend=memory" : "";
    add(vector, "-machine");
    if (options->machine == MACHINE_MICROVM) {
        add(vector, "microvm,acpi=off,rtc=on,x-option-roms=off%s", backend);
        add_pair(vector, "-global", "virtio-mmio.force-legacy=false");
    } else {
        add(vector, "q35,usb=off,vmport=off,smbus=off,sata=off%s", backend);
    }
    if (shared) { /* of the size that QEMU makes of it */
        kib = (kib + 7) / 8 * 8;
        add(vector, "-object");
        add(vector, "memory-backend-memfd,id=memory,share=on,size=%lluK", kib);
    }
    add(vector, "-m");
    add(vector, "%lluK", kib);
    add(vector, "-smp");
    /* Where there never is another processor, the emulation of QEMU 7.2 leaves memory barriers out,
     * although devices run beside the one: a notification could be lost. */
    bool barriers = options->cpus > 1 || kvm || qemu_has_argument(options, "-icount");
    add(vector, barriers ? "%u" : "%u,maxcpus=2", options->cpus);
}

static void add_processor(struct vector *vector, const struct options *options, bool kvm)
{
    if (!qemu_has_argument(options, "-accel")) {
        /* -icount works only with all virtual CPUs in one thread. */
        bool single = qemu_has_argument(options, "-icount");
        add(vector, "-accel");
        add(vector, "%s", kvm ? "kvm" : single ? "tcg,thread=single" : "tcg,thread=multi");
    }
    if (!qemu_has_argument(options, "-cpu")) {
        add_pair(vector, "-cpu", kvm ? "host,migratable=off" : "max");
    }
}

static void add_streams(struct vector *vector, const struct options *options,
                        const struct qemu_fds *fds)
{
    bool pci = options->machine == MACHINE_Q35;
    add(vector, "-device");
    add(vector, "virtio-serial-%s,max_ports=%d", pci ? "pci,disable-legacy=on" : "device",
        HERMIT_PORT_MAX);
    for (int port = 0; port < HERMIT_PORT_MAX; port++) {
        if (fds->ports[port] < 0) {
            continue;
        }
        add(vector, "-chardev");
        add(vector, "socket,id=port%d,fd=%d", port, fds->ports[port]);
        add(vector, "-device");
        add(vector, "virtserialport,nr=%d,chardev=port%d", port, port);
    }
    add(vector, "-device");
    add(vector, "virtio-rng-%s", pci ? "pci,disable-legacy=on" : "device");
    add(vector, "-chardev");
    add(vector, "socket,id=early,fd=%d", fds->serial);
    add_pair(vector, "-serial", "chardev:early");
}

/* A path within one of QEMU's values, where a comma is doubled; malloc. NULL: no memory. */
static char *double_commas(const char *path)
{
    char *doubled = malloc(2 * strlen(path) + 1), *end = doubled;
    for (; doubled != NULL && *path != '\0'; path++) {
        *end++ = *path;
        if (*path == ',') {
            *end++ = ',';
        }
    }
    if (doubled != NULL) {
        *end = '\0';
    }
    return doubled;
}

static void add_fsdev(struct vector *vector, size_t number, const struct share *share)
{
    char *path = double_commas(share->host);
    if (path == NULL) {
        vector->failed = true;
        return;
    }
    add(vector, "-fsdev");
    add(vector, "local,id=share%zu,path=%s,security_model=none,multidevs=remap%s", number, path,
        share->read_only ? ",readonly=on" : "");
    free(path);
}

/* Its queues have room for a request of 1 MiB in single pages. */
static void add_virtiofs(struct vector *vector, size_t number, const struct share *share, bool pci)
{
    add(vector, "-chardev");
    add(vector, "socket,id=share%zu,fd=%d", number, share->server_fd);
    add(vector, "-device");
    add(vector, "vhost-user-fs-%s,chardev=share%zu,tag=share%zu,queue-size=1024",
        pci ? "pci" : "device", number, number);
}

static void add_shares(struct vector *vector, const struct options *options)
{
    bool pci = options->machine == MACHINE_Q35;
    for (size_t i = 0; options->gives_shares && i < options->nr_shares; i++) {
        if (options->shares[i].server_fd >= 0) {
            add_virtiofs(vector, i, &options->shares[i], pci);
            continue;
        }
        add_fsdev(vector, i, &options->shares[i]);
        add(vector, "-device");
        add(vector, "virtio-9p-%s,fsdev=share%zu,mount_tag=share%zu",
            pci ? "pci,disable-legacy=on" : "device", i, i);
    }
}

static void add_capture(struct vector *vector, const char *file)
{
    char *path = double_commas(file);
    if (path == NULL) {
        vector->failed = true;
        return;
    }
    add(vector, "-object");
    add(vector, "filter-dump,id=dump0,netdev=net0,file=%s", path);
    free(path);
}

static int add_network(struct vector *vector, const struct options *options)
{
    const struct network *network = &options->network;
    const uint8_t *mac = network->mac;
    char netdev[8192], mtu[32] = "";
    bool pci = options->machine == MACHINE_Q35;
    if (network->kind <= NETWORK_NONE) {
        return 0;
    }
    if (network_netdev(network, netdev, sizeof(netdev)) != 0) {
        return -1;
    }
    if (network->mtu != 0) {
        snprintf(mtu, sizeof(mtu), ",host_mtu=%u", network->mtu);
    }
    add_pair(vector, "-netdev", netdev);
    add(vector, "-device");
    add(vector, "virtio-net-%s,netdev=net0,mac=%02x:%02x:%02x:%02x:%02x:%02x%s",
        pci ? "pci,disable-legacy=on,romfile=" : "device", mac[0], mac[1], mac[2], mac[3], mac[4],
        mac[5], mtu);
    if (network->capture != NULL) {
        add_capture(vector, network->capture);
    }
    return 0;
}

char **qemu_arguments(const struct options *options, const char *program,
                      const struct qemu_fds *fds, bool kvm)
{
    struct vector vector = {NULL, 0, false};
    add(&vector, "%s", program);
    add(&vector, "-nodefaults");
    add(&vector, "-no-user-config");
    add_pair(&vector, "-display", "none");
    add(&vector, "-no-reboot");
    add_machine(&vector, options, kvm);
    add_processor(&vector, options, kvm);
    add_streams(&vector, options, fds);
    add_shares(&vector, options);
    if (add_network(&vector, options) != 0) {
        qemu_arguments_free(vector.words);
        return NULL;
    }
    if (fds->monitor >= 0) {
        add(&vector, "-chardev");
        add(&vector, "socket,id=monitor,server=on,wait=off,fd=%d", fds->monitor);
        add_pair(&vector, "-mon", "chardev=monitor,mode=readline");
    }
    add_pair(&vector, "-kernel", options->image);
    add(&vector, "-initrd");
    add(&vector, "/proc/self/fd/%d", fds->initrd);
    if (fds->trace >= 0) {
        add(&vector, "-chardev");
        add(&vector, "socket,id=trace,fd=%d", fds->trace);
        add_pair(&vector, "-gdb", "chardev:trace");
        add(&vector, "-S");
    }
    if (options->debug_port != 0) {
        add(&vector, "-gdb");
        add(&vector, "tcp:127.0.0.1:%u", options->debug_port);
        add(&vector, "-S");
    }
    for (size_t i = 0; i < options->qemu_args.count; i++) {
        add(&vector, "%s", options->qemu_args.words[i]);
    }
    if (vector.failed) {
        qemu_arguments_free(vector.words);
        fail("out of memory");
        return NULL;
    }
    return vector.words;
}

void qemu_arguments_free(char **arguments)
{
    for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i++) {
        free(arguments[i]);
    }
    free(arguments);
}
