/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: /sys/class/net and /sys/devices/virtual/net, made from the list of interfaces. */
#include <hermit/made_file.h>
#include <hermit/net_files.h>
#include <hermit/panic.h>
#include <linux/errno.h>

#include "interface.h"

/* The files of one interface: the value of each is its index. After that it is there: an interface
 * that is listed never goes. */
static struct interface get(uint64_t index)
{
    struct interface i = {0};
    interface_by_index((int)index, &i);
    return i;
}

static void show_hardware_address(struct text *t, const uint8_t *a)
{
    for (unsigned n = 0; n < HARDWARE_ADDRESS_SIZE; n++)
        text_printf(t, n == 0 ? "%02x" : ":%02x", a[n]);
    text_printf(t, "\n");
}

static void show_address(struct text *t, uint64_t index)
{
    show_hardware_address(t, get(index).hardware);
}

static void show_broadcast(struct text *t, uint64_t index)
{
    show_hardware_address(t, get(index).broadcast);
}

static void show_address_length(struct text *t, uint64_t index)
{
    (void)index;
    text_printf(t, "%d\n", HARDWARE_ADDRESS_SIZE);
}

static void show_carrier(struct text *t, uint64_t index)
{
    text_printf(t, "%d\n", (get(index).flags & IFF_LOWER_UP) != 0);
}

static void show_zero(struct text *t, uint64_t index)
{
    (void)index;
    text_printf(t, "0\n");
}

static void show_device_id(struct text *t, uint64_t index)
{
    (void)index;
    text_printf(t, "0x0\n");
}

/* Those that do not change by what the device reports. */
static void show_flags(struct text *t, uint64_t index)
{
    text_printf(t, "0x%x\n", get(index).flags & ~(IFF_RUNNING | IFF_LOWER_UP));
}

static void show_index(struct text *t, uint64_t index)
{
    text_printf(t, "%lu\n", index);
}

static void show_mtu(struct text *t, uint64_t index)
{
    text_printf(t, "%u\n", get(index).mtu);
}

static void show_operstate(struct text *t, uint64_t index)
{
    struct interface i = get(index);
    text_printf(t, "%s\n", interface_operstate(&i));
}

/* The loopback interface has neither of the next two, a virtual card does not know. */
static void show_speed(struct text *t, uint64_t index)
{
    if (get(index).type == ARPHRD_LOOPBACK)
        t->error = -EINVAL;
    else
        text_printf(t, "-1\n");
}

static void show_duplex(struct text *t, uint64_t index)
{
    if (get(index).type == ARPHRD_LOOPBACK)
        t->error = -EINVAL;
    else
        text_printf(t, "unknown\n");
}

static void show_type(struct text *t, uint64_t index)
{
    text_printf(t, "%d\n", get(index).type);
}

static void show_uevent(struct text *t, uint64_t index)
{
    text_printf(t, "INTERFACE=%s\nIFINDEX=%lu\n", get(index).name, index);
}

static void show_tx_queue(struct text *t, uint64_t index)
{
    text_printf(t, "%u\n", get(index).tx_queue);
}

static const struct made_file files[] = {
    {"addr_len", show_address_length, 0444, NULL},
    {"address", show_address, 0444, NULL},
    {"broadcast", show_broadcast, 0444, NULL},
    {"carrier", show_carrier, 0444, NULL},
    {"dev_id", show_device_id, 0444, NULL},
    {"dev_port", show_zero, 0444, NULL},
    {"dormant", show_zero, 0444, NULL},
    {"duplex", show_duplex, 0444, NULL},
    {"flags", show_flags, 0444, NULL},
    {"ifindex", show_index, 0444, NULL},
    {"iflink", show_index, 0444, NULL},
    {"link_mode", show_zero, 0444, NULL},
    {"mtu", show_mtu, 0444, NULL},
    {"operstate", show_operstate, 0444, NULL},
    {"speed", show_speed, 0444, NULL},
    {"tx_queue_len", show_tx_queue, 0444, NULL},
    {"type", show_type, 0444, NULL},
    {"uevent", show_uevent, 0444, NULL},
    {NULL, NULL, 0, NULL},
};

static const struct {
    const char *name;
    size_t at; /* in struct interface_traffic */
} counters[] = {
    {"rx_packets", offsetof(struct interface_traffic, rx_packets)},
    {"tx_packets", offsetof(struct interface_traffic, tx_packets)},
    {"rx_bytes", offsetof(struct interface_traffic, rx_bytes)},
    {"tx_bytes", offsetof(struct interface_traffic, tx_bytes)},
    {"rx_errors", offsetof(struct interface_traffic, rx_errors)},
    {"tx_errors", offsetof(struct interface_traffic, tx_errors)},
    {"rx_dropped", offsetof(struct interface_traffic, rx_dropped)},
    {"tx_dropped", offsetof(struct interface_traffic, tx_dropped)},
    {"multicast", offsetof(struct interface_traffic, multicast)},
};

/* value: index of the interface | place of the counter << 32. */
static void show_counter(struct text *t, uint64_t value)
{
    struct interface i = get(value & UINT32_MAX);
    const char *place = (const char *)&i.traffic + (value >> 32);
    text_printf(t, "%lu\n", *(const uint64_t *)(const void *)place);
}

static bool add_counters(struct dentry *dir, uint64_t index)
{
    for (unsigned i = 0; dir != NULL && i < ARRAY_SIZE(counters); i++) {
        const struct made_file file = {counters[i].name, show_counter, 0444, NULL};
        if (!made_add(dir, &file, index | (uint64_t)counters[i].at << 32))
            return false;
    }
    return dir != NULL;
}

static int populate_virtual(struct dentry *dir)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    {
        struct dentry *d = made_directory(dir, i.name);
        uint64_t index = (uint64_t)i.index;
        if (d == NULL || !made_add_files(d, files, index) ||
            !add_counters(made_directory(d, "statistics"), index))
            return -ENOMEM;
    }
    return 0;
}

static int populate_class(struct dentry *dir)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    {
        char target[48];
        ksnprintf(target, sizeof(target), "../../devices/virtual/net/%s", i.name);
        if (!made_link(dir, i.name, target))
            return -ENOMEM;
    }
    return 0;
}

const struct inode_ops net_virtual_ops = {.populate = populate_virtual};
const struct inode_ops net_class_ops = {.populate = populate_class};
