/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 9P client against a server that says what the test wants: right answers, none, late ones, and
 * garbage, which must be EIO and touch no memory but the answer's (the sanitizers watch).
 */
#include <kernel/p9/client.h>

#include <arch/layout.h>
#include <errno.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_pending.h>
#include <hermit/task.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define QUEUE 8

/* A message that the device has, and the memory for its answer. */
struct message {
    void *token;
    uint8_t request[65536];
    size_t size;
    struct virtq_part answer[QUEUE];
    unsigned nr_answer;
};

static struct message queue[QUEUE];
static unsigned nr_queued;
static struct {
    void *token;
    uint32_t written;
} used[QUEUE * 2];
static unsigned nr_used;

static struct p9_client *client;
static struct p9_fid *root;
static void (*interrupt)(void *owner);
static bool works, connected;
static bool pending, fatal; /* a signal, and one that ends the process */
static unsigned sleeps;

/* What the server does with each message that it gets. */
static void (*serve)(struct message *m);

/* The kernel. */

void *kmalloc_for(size_t size, unsigned flags)
{
    (void)flags;
    return malloc(size);
}

void *kzalloc(size_t size)
{
    return calloc(1, size);
}

void kfree(void *p)
{
    free(p);
}

_Thread_local struct task *shim_task;

void arch_cpu_relax(void)
{
}

uint64_t arch_clock_read(void)
{
    return 0;
}

void wait_queue_init(struct wait_queue *wq)
{
    list_init(&wq->waiters);
}

static unsigned wait_flags;

void wait_begin(struct wait_queue *wq, struct waiter *w, unsigned flags)
{
    (void)wq;
    (void)w;
    wait_flags = flags;
}

void wait_end(struct wait_queue *wq, struct waiter *w)
{
    (void)wq;
    (void)w;
}

void wake_all(struct wait_queue *wq)
{
    (void)wq;
}

/* Time passes: the server works. */
int wait_sleep(uint64_t deadline)
{
    assert_int_not_equal(deadline, TIME_FOREVER);
    assert_true(++sleeps < 100000);
    if ((wait_flags & WAIT_INTERRUPTIBLE && pending) || (wait_flags & WAIT_KILLABLE && fatal))
        return -EINTR;
    if (nr_queued == 0)
        return -ETIMEDOUT;
    struct message m = queue[0];
    memmove(queue, queue + 1, --nr_queued * sizeof(m));
    serve(&m);
    interrupt(client);
    return 0;
}

/* The device. */

int virtio_9p_open(struct virtio_9p **dev, char tag[VIRTIO_9P_TAG_MAX],
                   void (*handler)(void *owner), void *owner)
{
    if (connected)
        return -ENODEV;
    connected = true;
    *dev = NULL;
    strcpy(tag, "share0");
    interrupt = handler;
    client = owner;
    return 0;
}

unsigned virtio_9p_parts_max(const struct virtio_9p *dev)
{
    (void)dev;
    return QUEUE;
}

int virtio_9p_send(struct virtio_9p *dev, const struct virtq_part *parts, unsigned nr_read,
                   unsigned nr_write, void *token)
{
    (void)dev;
    assert_true(nr_read > 0 && nr_write > 0 && nr_read + nr_write <= QUEUE);
    if (nr_queued == QUEUE)
        return -EAGAIN;
    struct message *m = &queue[nr_queued++];
    m->token = token;
    m->size = 0;
    for (unsigned i = 0; i < nr_read; i++) {
        assert_true(m->size + parts[i].length <= sizeof(m->request));
        memcpy(m->request + m->size, phys_to_virt(parts[i].address), parts[i].length);
        m->size += parts[i].length;
    }
    m->nr_answer = nr_write;
    memcpy(m->answer, parts + nr_read, nr_write * sizeof(*parts));
    return 0;
}

void *virtio_9p_reap(struct virtio_9p *dev, uint32_t *written)
{
    (void)dev;
    if (nr_used == 0)
        return NULL;
    void *token = used[0].token;
    *written = used[0].written;
    memmove(used, used + 1, --nr_used * sizeof(*used));
    return token;
}

bool virtio_9p_works(struct virtio_9p *dev)
{
    (void)dev;
    return works;
}

void virtio_9p_stop(struct virtio_9p *dev)
{
    (void)dev;
    nr_queued = nr_used = 0;
}

/* The server. */

static uint64_t number(const uint8_t *p, unsigned size)
{
    uint64_t value = 0;
    memcpy(&value, p, size);
    return value;
}

static size_t answer_room(const struct message *m)
{
    size_t room = 0;
    for (unsigned i = 0; i < m->nr_answer; i++)
        room += m->answer[i].length;
    return room;
}

/* Writes as many bytes as there is room for, and says that `written` are there. */
static void answer_raw(struct message *m, const uint8_t *bytes, size_t size, size_t written)
{
    size_t at = 0;
    for (unsigned i = 0; i < m->nr_answer && at < size; i++) {
        size_t n = MIN((size_t)m->answer[i].length, size - at);
        memcpy(phys_to_virt(m->answer[i].address), bytes + at, n);
        at += n;
    }
    used[nr_used].token = m->token;
    used[nr_used++].written = (uint32_t)MIN(written, answer_room(m));
}

static uint8_t scratch[65536];

/* Begins an answer of the right type; append to it, then finish_answer(). */
static void begin_answer(const struct message *m, struct p9_writer *w)
{
    p9_writer_init(w, scratch, sizeof(scratch));
    p9_put(w, 0, 4);
    p9_put(w, m->request[4] + 1U, 1);
    p9_put(w, number(m->request + 5, 2), 2);
}

static void finish_answer(struct message *m, struct p9_writer *w)
{
    size_t size = (size_t)(w->at - w->start);
    memcpy(w->start, &(uint32_t){(uint32_t)size}, 4);
    assert_true(size <= answer_room(m));
    answer_raw(m, scratch, size, size);
}

static void answer_error(struct message *m, unsigned error)
{
    struct p9_writer w;
    begin_answer(m, &w);
    scratch[4] = P9_RLERROR;
    p9_put(&w, error, 4);
    finish_answer(m, &w);
}

static const struct p9_qid a_qid = {P9_QID_DIR, 7, 0x1122334455667788};

static void put_qid(struct p9_writer *w)
{
    p9_put(w, a_qid.type, 1);
    p9_put(w, a_qid.version, 4);
    p9_put(w, a_qid.path, 8);
}

static void put_many(struct p9_writer *w, unsigned nr, unsigned size)
{
    for (unsigned i = 1; i <= nr; i++)
        p9_put(w, i, size);
}

/* The fields of each answer behind its header. */
static void put_answer(struct p9_writer *w, const struct message *m)
{
    static const char version[] = "9P2000.L", target[] = "over/there";
    switch (m->request[4]) {
    case P9_TVERSION:
        p9_put(w, number(m->request + 7, 4), 4);
        p9_put_string(w, version, sizeof(version) - 1);
        break;
    case P9_TWALK:
        p9_put(w, number(m->request + 15, 2), 2);
        if (number(m->request + 15, 2) != 0)
            put_qid(w);
        break;
    case P9_TGETATTR:
        p9_put(w, 0x7ff, 8);
        put_qid(w);
        put_many(w, 3, 4);
        put_many(w, 15, 8);
        break;
    case P9_TSTATFS:
        put_many(w, 2, 4);
        put_many(w, 6, 8);
        p9_put(w, 255, 4);
        break;
    case P9_TXATTRWALK: /* P9_TREAD has so many bytes of it */
        p9_put(w, 5, 8);
        break;
    case P9_TREADLINK:
        p9_put_string(w, target, sizeof(target) - 1);
        break;
    case P9_TREAD:
    case P9_TREADDIR:
        p9_put(w, 5, 4);
        p9_put_bytes(w, "abcde", 5);
        break;
    case P9_TWRITE:
        p9_put(w, number(m->request + 19, 4), 4);
        break;
    default: /* those without a field have room for one, which nobody reads */
        put_qid(w);
        if (m->request[4] == P9_TLOPEN || m->request[4] == P9_TLCREATE)
            p9_put(w, 0, 4);
    }
}

static bool has_fields(unsigned type)
{
    return type != P9_TCLUNK && type != P9_TFLUSH && type != P9_TSETATTR && type != P9_TFSYNC &&
           type != P9_TXATTRCREATE && type != P9_TLINK && type != P9_TRENAMEAT &&
           type != P9_TUNLINKAT;
}

static void serve_rightly(struct message *m)
{
    struct p9_writer w;
    assert_int_equal(number(m->request, 4), m->size);
    begin_answer(m, &w);
    if (has_fields(m->request[4]))
        put_answer(&w, m);
    finish_answer(m, &w);
}

static int set_up(void **state)
{
    (void)state;
    char tag[VIRTIO_9P_TAG_MAX];
    struct p9_qid qid;
    works = true;
    connected = pending = fatal = false;
    nr_queued = nr_used = sleeps = 0;
    serve = serve_rightly;
    if (p9_connect(&client, tag, &root, &qid) != 0)
        return -1;
    return strcmp(tag, "share0");
}

/* Lets the server finish, and checks that nothing is left in flight. */
static void settle(void)
{
    while (nr_queued > 0)
        wait_sleep(0);
    assert_true(list_empty(&client->flying));
    assert_int_equal(client->tags[0] | client->tags[1], 0);
}

static int tear_down(void **state)
{
    (void)state;
    pending = fatal = false;
    wait_flags = 0;
    serve = serve_rightly;
    settle();
    free(root);
    list_for_each_safe (it, tmp, &client->free_fids)
        free(list_entry(it, struct p9_fid, link));
    list_for_each_safe (it, tmp, &client->gone_fids)
        free(list_entry(it, struct p9_fid, link));
    free(client);
    return 0;
}

/* Every call of the client, each once; returns the number of those that succeeded. `expected`: what
 * each has to return, 1: anything but nonsense. */
static unsigned call_all(long expected)
{
    struct p9_fid *fid = NULL;
    struct p9_qid qid;
    struct p9_attr attr;
    struct p9_statfs st;
    struct p9_setattr set = {.valid = P9_SET_MODE, .mode = 0600};
    char *buffer = malloc(100), target[20];
    struct virtq_part parts[2] = {{virt_to_phys(buffer), 60}, {virt_to_phys(buffer + 60), 40}};
    long results[] = {
        p9_walk(root, "name", 4, &fid, &qid),
        p9_lopen(root, 2, &qid),
        p9_lcreate(root, "name", 4, 2, 0644, &qid),
        p9_read(root, 0, parts, 2, false),
        p9_write(root, 0, parts, 2, false),
        p9_readdir(root, 0, buffer, 100),
        p9_fsync(root, true),
        p9_getattr(root, &attr),
        p9_setattr(root, &set),
        p9_statfs(root, &st),
        p9_mkdir(root, "name", 4, 0755, &qid),
        p9_symlink(root, "name", 4, "target", &qid),
        p9_mknod(root, "name", 4, 0100644, 1, 2, &qid),
        p9_link(root, root, "name", 4),
        p9_renameat(root, "old", 3, root, "new", 3),
        p9_unlinkat(root, "name", 4, 0),
        p9_readlink(root, target, sizeof(target)),
        p9_get_xattr(root, "user.name", buffer, 100),
        p9_set_xattr(root, "user.name", "value", 5, 0),
    };
    unsigned succeeded = 0;
    sleeps = 0;
    for (unsigned i = 0; i < sizeof(results) / sizeof(*results); i++) {
        if (expected <= 0)
            assert_int_equal(results[i], expected);
        assert_in_range(results[i] + 512, 0, 512 + 100);
        succeeded += results[i] >= 0;
    }
    if (results[0] == 0)
        p9_fid_put(fid);
    free(buffer);
    return succeeded;
}

static void answers_are_understood(void **state)
{
    (void)state;
    struct p9_attr attr;
    struct p9_statfs st;
    struct p9_qid qid;
    struct p9_fid *fid;
    char target[20];
    assert_int_equal(call_all(1), 19);
    assert_int_equal(p9_getattr(root, &attr), 0);
    assert_int_equal(attr.qid.path, a_qid.path);
    assert_int_equal(attr.mode, 1);
    assert_int_equal(attr.gid, 3);
    assert_int_equal(attr.nlink, 1);
    assert_int_equal(attr.size, 3);
    assert_int_equal(attr.blocks, 5);
    assert_int_equal(attr.atime.sec, 6);
    assert_int_equal(attr.ctime.nsec, 11);
    assert_int_equal(p9_statfs(root, &st), 0);
    assert_int_equal(st.block_size, 2);
    assert_int_equal(st.fsid, 6);
    assert_int_equal(st.name_max, 255);
    assert_int_equal(p9_readlink(root, target, 4), 4);
    assert_memory_equal(target, "over", 4);
    assert_int_equal(p9_walk(root, "x", 1, &fid, &qid), 0);
    assert_int_equal(qid.type, P9_QID_DIR);
    assert_int_equal(qid.version, 7);
    p9_fid_put(fid);
    assert_int_equal(p9_io_max(client), 512 << 10);
}

static uint8_t seen[128];

static void serve_and_keep(struct message *m)
{
    assert_true(m->size <= sizeof(seen));
    memcpy(seen, m->request, m->size);
    serve_rightly(m);
}

static void requests_are_as_the_protocol_says(void **state)
{
    (void)state;
    struct p9_qid qid;
    static const uint8_t mkdir[] = "\x1b\0\0\0\x48\0\0"
                                   "\0\0\0\0"
                                   "\x06\0folder"
                                   "\xed\x01\0\0"
                                   "\xff\xff\xff\xff";
    static const uint8_t write[] = "\x1a\0\0\0\x76\0\0"
                                   "\0\0\0\0"
                                   "\x08\x07\x06\x05\x04\x03\x02\x01"
                                   "\x03\0\0\0"
                                   "abc";
    static const char text[] = "abc";
    struct virtq_part parts[2] = {{virt_to_phys(text), 2}, {virt_to_phys(text + 2), 1}};
    serve = serve_and_keep;
    p9_mkdir(root, "folder", 6, 0755, &qid);
    assert_memory_equal(seen, mkdir, sizeof(mkdir) - 1);
    assert_int_equal(p9_write(root, 0x0102030405060708, parts, 2, true), 3);
    assert_memory_equal(seen, write, sizeof(write) - 1);
}

static void read_fills_the_parts(void **state)
{
    (void)state;
    char a[2], b[10] = "";
    struct virtq_part parts[2] = {{virt_to_phys(a), 2}, {virt_to_phys(b), 10}};
    assert_int_equal(p9_read(root, 0, parts, 2, false), 5);
    assert_memory_equal(a, "ab", 2);
    assert_string_equal(b, "cde");
}

static void attributes_are_read_as_a_whole(void **state)
{
    (void)state;
    char value[8] = "-------";
    assert_int_equal(p9_get_xattr(root, "user.name", NULL, 0), 5);
    assert_int_equal(p9_get_xattr(root, "user.name", value, 4), -ERANGE);
    assert_string_equal(value, "-------");
    assert_int_equal(p9_get_xattr(root, "user.name", value, sizeof(value)), 5);
    assert_memory_equal(value, "abcde--", 7);
}

static uint8_t kinds[16];
static unsigned nr_kinds;

/* Refuses what concludes the change of an attribute. */
static void serve_and_refuse_clunk(struct message *m)
{
    assert_true(nr_kinds < sizeof(kinds));
    kinds[nr_kinds++] = m->request[4];
    if (m->request[4] == P9_TCLUNK)
        answer_error(m, EDQUOT);
    else
        serve_rightly(m);
}

static void an_attribute_is_set_with_the_end_of_its_fid(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {P9_TWALK, P9_TXATTRCREATE, P9_TWRITE, P9_TCLUNK};
    nr_kinds = 0;
    serve = serve_and_refuse_clunk;
    assert_int_equal(p9_set_xattr(root, "user.name", "value", 5, 0), -EDQUOT);
    assert_int_equal(nr_kinds, sizeof(wanted));
    assert_memory_equal(kinds, wanted, sizeof(wanted));
}

static unsigned error_to_report;

static void serve_error(struct message *m)
{
    if (m->request[4] == P9_TCLUNK)
        serve_rightly(m);
    else
        answer_error(m, error_to_report);
}

static void errors_of_the_server_are_reported(void **state)
{
    (void)state;
    serve = serve_error;
    error_to_report = ENOSPC;
    call_all(-ENOSPC);
    static const unsigned nonsense[] = {0, 512, 516, 4096, 0x80000000, 0xffffffff};
    for (unsigned i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
        error_to_report = nonsense[i];
        call_all(-EIO);
    }
}

/* Changes a right answer at random: bytes, the length that came, or all of it. */
static void serve_garbage(struct message *m)
{
    serve_rightly(m);
    size_t room = answer_room(m), written = used[nr_used - 1].written;
    nr_used--;
    unsigned kind = (unsigned)rand() % 4;
    if (kind == 0)
        for (size_t i = 0; i < sizeof(scratch) && i < room; i++)
            scratch[i] = (uint8_t)rand();
    for (unsigned i = 0; kind == 1 && i < 3; i++)
        scratch[(size_t)rand() % written] = (uint8_t)(rand() % 3 == 0 ? 0xff : rand());
    if (kind == 2)
        written = (size_t)rand() % (room + 1);
    answer_raw(m, scratch, room, written);
}

static void garbage_is_an_error(void **state)
{
    (void)state;
    srand(9);
    serve = serve_garbage;
    for (unsigned i = 0; i < 4000; i++) {
        call_all(1);
        while (nr_queued > 0)
            wait_sleep(0);
    }
}

static void listings_are_checked(void **state)
{
    (void)state;
    srand(10);
    for (unsigned i = 0; i < 50000; i++) {
        struct p9_writer w;
        struct p9_reader r;
        struct p9_dir_entry e;
        size_t nr = 0, wanted = 1 + (size_t)rand() % 4;
        p9_writer_init(&w, scratch, 200);
        for (size_t k = 0; k < wanted; k++) {
            put_qid(&w);
            p9_put(&w, k + 1, 8);
            p9_put(&w, 8, 1);
            p9_put_string(&w, "entry", 5);
        }
        size_t size = (size_t)(w.at - w.start);
        bool change = rand() % 2;
        if (change) {
            scratch[(size_t)rand() % size] = (uint8_t)rand();
            size -= (size_t)rand() % 10;
        }
        uint8_t *copy = malloc(size); /* exactly, so that ASan sees what is beyond */
        memcpy(copy, scratch, size);
        p9_reader_init(&r, copy, size);
        while (p9_dir_next(&r, &e)) {
            assert_true((const uint8_t *)e.name + e.length <= copy + size);
            assert_in_range(e.length, 1, P9_NAME_MAX);
            nr++;
        }
        if (!change)
            assert_true(nr == wanted && !r.broken);
        free(copy);
    }
}

/* Answers nothing but Tflush; keeps the message. */
static struct message held;

static void serve_holding(struct message *m)
{
    if (m->request[4] != P9_TFLUSH) {
        held = *m;
        pending = fatal = true;
        return;
    }
    assert_int_equal(number(m->request + 7, 2), number(held.request + 5, 2));
    assert_int_not_equal(number(m->request + 5, 2), number(held.request + 5, 2));
    answer_raw(&held, scratch, 0, 0);
    serve_rightly(m);
}

static void serve_late(struct message *m)
{
    if (m->request[4] == P9_TFLUSH)
        serve_rightly(&held);
    else
        serve_holding(m);
    if (m->request[4] == P9_TFLUSH)
        serve_rightly(m);
}

static void a_signal_withdraws_the_message(void **state)
{
    (void)state;
    struct p9_qid qid;
    serve = serve_holding;
    assert_int_equal(p9_mkdir(root, "a", 1, 0755, &qid), -ERESTARTSYS);
    pending = fatal = false;
    serve = serve_late;
    assert_int_equal(p9_mkdir(root, "a", 1, 0755, &qid), 0);
    pending = fatal = false;
    struct p9_fid *fid;
    serve = serve_holding;
    assert_int_equal(p9_walk(root, "a", 1, &fid, &qid), -ERESTARTSYS);
}

static unsigned patience;

static void serve_after_a_while(struct message *m)
{
    pending = true;
    if (patience-- > 0) {
        queue[nr_queued++] = *m;
        return;
    }
    assert_int_not_equal(m->request[4], P9_TFLUSH);
    serve_rightly(m);
}

static void other_signals_wait(void **state)
{
    (void)state;
    struct p9_attr attr;
    serve = serve_after_a_while;
    patience = 50;
    assert_int_equal(p9_getattr(root, &attr), 0);
}

static void serve_nothing(struct message *m)
{
    (void)m;
    works = false;
}

static void a_server_that_goes_away_is_an_error(void **state)
{
    (void)state;
    struct p9_attr attr;
    struct p9_fid *fid;
    struct p9_qid qid;
    assert_int_equal(p9_walk(root, "a", 1, &fid, &qid), 0);
    serve = serve_nothing;
    assert_int_equal(p9_getattr(root, &attr), -EIO);
    call_all(-EIO);
    p9_fid_put(fid);
    assert_true(list_empty(&client->flying));
}

static void fids_come_back_when_the_server_forgot_them(void **state)
{
    (void)state;
    struct p9_fid *fid, *other;
    struct p9_qid qid;
    assert_int_equal(p9_walk(root, "a", 1, &fid, &qid), 0);
    uint32_t id = fid->id;
    p9_fid_get(fid);
    p9_fid_put(fid);
    assert_int_equal(nr_queued, 0);
    p9_fid_put(fid);
    assert_int_equal(nr_queued, 1); /* Tclunk, which nobody waits for */
    assert_int_equal(queue[0].request[4], P9_TCLUNK);
    other = p9_fid_new(client);
    assert_int_not_equal(other->id, id);
    p9_fid_drop(other);
    settle();
    bool again = false;
    for (unsigned i = 0; i < 3 && !again; i++) {
        assert_int_equal(p9_walk(root, "a", 1, &fid, &qid), 0);
        again = fid->id == id;
        p9_fid_put(fid);
        settle();
    }
    assert_true(again);
}

static void fids_wait_for_room(void **state)
{
    (void)state;
    struct p9_fid *fids[3 * QUEUE];
    struct p9_qid qid;
    struct p9_attr attr;
    for (unsigned i = 0; i < 3 * QUEUE; i++)
        assert_int_equal(p9_walk(root, "a", 1, &fids[i], &qid), 0);
    for (unsigned i = 0; i < 3 * QUEUE; i++)
        p9_fid_put(fids[i]);
    assert_int_equal(nr_queued, QUEUE);
    assert_false(list_empty(&client->gone_fids));
    while (!list_empty(&client->gone_fids))
        assert_int_equal(p9_getattr(root, &attr), 0); /* waits for room itself */
}

static void long_names_do_not_fit(void **state)
{
    (void)state;
    static char name[70000];
    memset(name, 'x', sizeof(name));
    assert_int_equal(p9_unlinkat(root, name, sizeof(name), 0), -ENAMETOOLONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_are_understood),
        TEST(requests_are_as_the_protocol_says),
        TEST(read_fills_the_parts),
        TEST(attributes_are_read_as_a_whole),
        TEST(an_attribute_is_set_with_the_end_of_its_fid),
        TEST(errors_of_the_server_are_reported),
        TEST(garbage_is_an_error),
        TEST(listings_are_checked),
        TEST(a_signal_withdraws_the_message),
        TEST(other_signals_wait),
        TEST(a_server_that_goes_away_is_an_error),
        TEST(fids_come_back_when_the_server_forgot_them),
        TEST(fids_wait_for_room),
        TEST(long_names_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
