/* SPDX-License-Identifier: BSD-3-Clause */
/* Chained requests reach the device as they were added, and come back in the order in which it
 * finishes them; notifications and interrupts are left out exactly where nobody waits for them. */
#include <kernel/drivers/chain_queue.h>
#include <kernel/drivers/virtio_transport.h>

#include <arch/layout.h>
#include <errno.h>
#include <hermit/kmalloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE     16
#define INDIRECT (1ULL << 28)
#define EVENTS   (1ULL << 29)

/* The device: it sees the queue's memory by the addresses that it was given. */
static struct {
    unsigned size;
    struct virtq_desc *desc;
    volatile uint16_t *avail, *used;
    uint16_t seen, done;
    uint16_t notified; /* the notification register */
} device;

static unsigned nr_allocated;

void *kmalloc_for(size_t size, unsigned flags)
{
    (void)flags;
    nr_allocated++;
    return malloc(size);
}

void *kzalloc(size_t size)
{
    nr_allocated++;
    return calloc(1, size);
}

void kfree(void *p)
{
    nr_allocated -= p != NULL;
    free(p);
}

int virtio_mmio_find(enum virtio_id id, struct virtio_device *dev)
{
    (void)id;
    (void)dev;
    return -ENODEV;
}

int virtio_mmio_probe(enum virtio_id id, struct virtio_device *dev)
{
    return virtio_mmio_find(id, dev);
}

int virtio_pci_find(enum virtio_id id, struct virtio_device *dev)
{
    return virtio_mmio_find(id, dev);
}

const struct virtio_transport virtio_mmio_transport = {0};

static unsigned queue_max(struct virtio_device *dev, unsigned index)
{
    (void)dev;
    return index == 0 ? SIZE : 0;
}

static void queue_enable(struct virtio_device *dev, unsigned index, unsigned size, paddr_t desc,
                         paddr_t avail, paddr_t used, volatile void **notify)
{
    (void)dev;
    assert_int_equal(index, 0);
    device.size = size;
    device.desc = phys_to_virt(desc);
    device.avail = phys_to_virt(avail);
    device.used = phys_to_virt(used);
    device.seen = device.done = 0;
    *notify = &device.notified;
}

static const struct virtio_transport transport = {
    .queue_max = queue_max,
    .queue_enable = queue_enable,
};

static struct chainq queue;

static void start(unsigned size, uint64_t features)
{
    struct virtio_device dev = {.transport = &transport};
    nr_allocated = 0;
    assert_int_equal(chainq_init(&dev, &queue, 0, size, features), 0);
    device.notified = 0xffff;
}

static int stop(void **state)
{
    (void)state;
    kfree(queue.ring.desc);
    kfree(queue.slot);
    return nr_allocated == 0 ? 0 : -1; /* no table was forgotten */
}

static struct virtq_part part(const void *p, uint32_t length)
{
    return (struct virtq_part){virt_to_phys(p), length};
}

/* A request as the device finds it. */
struct found {
    uint16_t head;
    unsigned nr, nr_write;
    void *address[SIZE];
    uint32_t length[SIZE];
};

static void take(struct found *f)
{
    assert_int_not_equal(device.avail[1], device.seen);
    *f = (struct found){.head = device.avail[2 + device.seen++ % device.size]};
    const struct virtq_desc *table = device.desc;
    unsigned at = f->head, end = device.size;
    if (table[at].flags & 4) {
        end = table[at].length / sizeof(*table);
        table = phys_to_virt(table[at].address);
        at = 0;
    }
    for (;; at = table[at].next) {
        assert_in_range(at, 0, end - 1);
        assert_in_range(f->nr, 0, SIZE - 1);
        if (table[at].flags & 2)
            f->nr_write++;
        else
            assert_int_equal(f->nr_write, 0); /* what is read comes first */
        f->address[f->nr] = phys_to_virt(table[at].address);
        f->length[f->nr++] = table[at].length;
        if (!(table[at].flags & 1))
            break;
    }
}

static void use(uint32_t id, uint32_t written)
{
    volatile uint16_t *element = device.used + 2 + 4 * (device.done++ % device.size);
    element[0] = (uint16_t)id;
    element[1] = (uint16_t)(id >> 16);
    element[2] = (uint16_t)written;
    element[3] = (uint16_t)(written >> 16);
    device.used[1] = device.done;
}

static void wish_notification_at(uint16_t index)
{
    device.used[2 + 4 * device.size] = index;
}

static uint16_t interrupt_event(void)
{
    return device.avail[2 + device.size];
}

static void parts_arrive_in_order(uint64_t features, unsigned nr_read, unsigned nr_write)
{
    char memory[SIZE][8];
    struct virtq_part parts[SIZE];
    struct found f;
    uint32_t written;
    start(64, features);
    assert_int_equal(queue.ring.size, SIZE); /* what the device has */
    for (unsigned i = 0; i < nr_read + nr_write; i++)
        parts[i] = part(memory[i], i + 1);
    assert_int_equal(chainq_add(&queue, parts, nr_read, nr_write, &queue), 0);
    assert_int_equal(device.avail[1], 0);
    chainq_kick(&queue);
    assert_int_equal(device.notified, 0);
    take(&f);
    assert_int_equal(f.nr, nr_read + nr_write);
    assert_int_equal(f.nr_write, nr_write);
    for (unsigned i = 0; i < f.nr; i++) {
        assert_ptr_equal(f.address[i], memory[i]);
        assert_int_equal(f.length[i], i + 1);
    }
    assert_null(chainq_reap(&queue, &written));
    use(f.head, nr_write > 0 ? 1 : 0);
    assert_ptr_equal(chainq_reap(&queue, &written), &queue);
    assert_int_equal(written, nr_write > 0 ? 1 : 0);
    assert_null(chainq_reap(&queue, &written));
    assert_int_equal(queue.nr_free, SIZE);
}

static void chains_and_tables_arrive(void **state)
{
    (void)state;
    static const unsigned shapes[][2] = {{1, 0}, {0, 1}, {1, 1}, {3, 1}, {4, 4}, {1, 15}, {16, 0}};
    for (unsigned i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        parts_arrive_in_order(0, shapes[i][0], shapes[i][1]);
        assert_int_equal(stop(NULL), 0);
        parts_arrive_in_order(INDIRECT, shapes[i][0], shapes[i][1]);
        assert_int_equal(stop(NULL), 0);
    }
    start(SIZE, 0);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    char byte;
    struct virtq_part parts[5];
    struct found f;
    uint32_t written;
    for (unsigned i = 0; i < 5; i++)
        parts[i] = part(&byte, 1);
    start(SIZE, 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(chainq_add(&queue, parts, 1, 4, &queue), 0);
    assert_int_equal(chainq_add(&queue, parts, 1, 4, &queue), -EAGAIN);
    assert_int_equal(chainq_add(&queue, parts, 1, 0, &byte), 0);
    assert_int_equal(chainq_add(&queue, parts, 1, 0, &byte), -EAGAIN);
    chainq_kick(&queue);
    take(&f);
    use(f.head, 4);
    assert_non_null(chainq_reap(&queue, &written));
    assert_int_equal(chainq_add(&queue, parts, 1, 4, &queue), 0);
    stop(NULL);

    start(SIZE, INDIRECT);
    for (unsigned i = 0; i < SIZE; i++)
        assert_int_equal(chainq_add(&queue, parts, 1, 4, &queue), 0);
    assert_int_equal(chainq_add(&queue, parts, 1, 0, &queue), -EAGAIN);
    chainq_kick(&queue);
    for (unsigned i = 0; i < SIZE; i++) {
        take(&f);
        use(f.head, 0);
        assert_non_null(chainq_reap(&queue, &written));
    }
}

static void notifications_only_when_wished(void **state)
{
    (void)state;
    char byte;
    struct virtq_part one = part(&byte, 1);
    start(SIZE, EVENTS);
    wish_notification_at(0);
    chainq_kick(&queue);
    assert_int_equal(device.notified, 0xffff); /* nothing is new */
    chainq_add(&queue, &one, 1, 0, &byte);
    chainq_kick(&queue);
    assert_int_equal(device.notified, 0);

    device.notified = 0xffff;
    wish_notification_at(3);
    chainq_add(&queue, &one, 1, 0, &byte);
    chainq_add(&queue, &one, 1, 0, &byte);
    chainq_kick(&queue); /* entries 1 and 2 */
    assert_int_equal(device.notified, 0xffff);
    chainq_add(&queue, &one, 1, 0, &byte);
    chainq_kick(&queue);
    assert_int_equal(device.notified, 0);
    stop(NULL);

    start(SIZE, 0);
    device.used[0] = 1;
    chainq_add(&queue, &one, 1, 0, &byte);
    chainq_kick(&queue);
    assert_int_equal(device.notified, 0xffff);
}

static void arming_sees_what_came_before(void **state)
{
    (void)state;
    char byte;
    struct virtq_part one = part(&byte, 1);
    struct found f;
    uint32_t written;
    start(SIZE, EVENTS);
    assert_true(chainq_arm(&queue));
    assert_int_equal(interrupt_event(), 0);
    chainq_add(&queue, &one, 0, 1, &byte);
    chainq_kick(&queue);
    take(&f);
    use(f.head, 1);
    assert_false(chainq_arm(&queue));
    assert_ptr_equal(chainq_reap(&queue, &written), &byte);
    assert_true(chainq_arm(&queue));
    assert_int_equal(interrupt_event(), 1);
}

static void what_a_device_invents_is_dropped(void **state)
{
    (void)state;
    char byte;
    struct virtq_part parts[2] = {part(&byte, 1), part(&byte, 1)};
    struct found f;
    uint32_t written;
    start(SIZE, 0);
    chainq_add(&queue, parts, 1, 1, &byte);
    chainq_kick(&queue);
    take(&f);
    use(f.head + 1U, 0); /* in the middle of a chain */
    use(7, 0);           /* free */
    use(0x12345, 0);     /* no descriptor at all: the lower bits count */
    assert_null(chainq_reap(&queue, &written));
    use(f.head, 1000000); /* more than there is room for */
    assert_ptr_equal(chainq_reap(&queue, &written), &byte);
    assert_int_equal(written, 1);
    use(f.head, 1); /* twice */
    assert_null(chainq_reap(&queue, &written));
    assert_int_equal(queue.nr_free, SIZE);
}

/* Several requests in flight, finished in any order, for longer than the indices last. */
static void many_requests_wrap_the_indices(void **state)
{
    (void)state;
    char memory[SIZE];
    struct virtq_part parts[8];
    struct found flying[SIZE];
    bool busy[SIZE] = {false};
    unsigned nr = 0;
    uint32_t written;
    srand(1);
    for (unsigned i = 0; i < 8; i++)
        parts[i] = part(&memory[i], 1);
    start(SIZE, INDIRECT | EVENTS);
    for (unsigned i = 0; i < 200000; i++) {
        unsigned token = (unsigned)rand() % SIZE, length = 1 + (unsigned)rand() % 8;
        if (rand() % 2 && !busy[token]) {
            parts[0].address = virt_to_phys(&memory[token]);
            if (chainq_add(&queue, parts, 1, length - 1, &memory[token]) == 0) {
                busy[token] = true;
                chainq_kick(&queue);
                take(&flying[nr]);
                assert_int_equal(flying[nr].nr, length);
                nr++;
            }
        } else if (nr > 0) {
            unsigned which = (unsigned)rand() % nr;
            char *done = flying[which].address[0];
            use(flying[which].head, 0);
            flying[which] = flying[--nr];
            assert_ptr_equal(chainq_reap(&queue, &written), done);
            assert_true(busy[done - memory]);
            busy[done - memory] = false;
        }
    }
    for (; nr > 0; nr--) {
        use(flying[nr - 1].head, 0);
        assert_non_null(chainq_reap(&queue, &written));
    }
    assert_int_equal(queue.nr_free, SIZE);
}

static void a_queue_that_is_not_there(void **state)
{
    (void)state;
    struct virtio_device dev = {.transport = &transport};
    struct chainq other;
    assert_int_equal(chainq_init(&dev, &other, 1, SIZE, 0), -ENODEV);
    start(SIZE, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(chains_and_tables_arrive, stop),
        cmocka_unit_test_teardown(a_full_queue_says_so, stop),
        cmocka_unit_test_teardown(notifications_only_when_wished, stop),
        cmocka_unit_test_teardown(arming_sees_what_came_before, stop),
        cmocka_unit_test_teardown(what_a_device_invents_is_dropped, stop),
        cmocka_unit_test_teardown(many_requests_wrap_the_indices, stop),
        cmocka_unit_test_teardown(a_queue_that_is_not_there, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
