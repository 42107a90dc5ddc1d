/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=256M args="16000 1" timeout=240 */
/*
 * Eight threads change files at random, by all the calls that change files and by stores into
 * mappings, and compare whatever they read with what it must be by a model in memory.
 *
 *     random_operations_follow_a_model OPERATIONS SEED
 *
 * Each thread has files of its own; one file has pieces of all threads side by side, to which each
 * keeps; and one gets records at its end from all. What is done depends on the seed alone, not on
 * the file system: what that cannot do is done by other calls. At the end the files are read anew,
 * and a line for each says its size and CRC-32, for who looks at them from outside.
 */
#include "check.h"
#include <sys/mman.h>
#include <sys/uio.h>

#define THREADS 8
#define FILES   4 /* of each thread */
#define PAGE    4096UL
#define LIMIT   (80 * PAGE) /* of a file's size */
#define PIECE   1000UL      /* bytes of a thread in the file of all, then comes the next one's */
#define PIECES  (LIMIT / PIECE)
#define TRACED  24

struct file {
    int fd;
    char name[8];
    uint64_t size;
    unsigned char *model;         /* LIMIT bytes, zero from size on */
    uint64_t map_start, map_size; /* size 0: there is no mapping */
    unsigned char *map;           /* NULL: stores cannot be shared here, calls take their place */
};

struct done {
    const char *what;
    const char *name;
    uint64_t at, size;
};

struct worker {
    unsigned number;
    uint64_t random;
    long nr_operations;
    uint32_t nr_records;
    struct file files[FILES];
    unsigned char *buffer; /* LIMIT bytes from the beginning of a page on */
    struct done last[TRACED];
    unsigned nr_done;
};

struct record {
    uint32_t thread, number, again[4];
};

static unsigned long seed;
static unsigned char *all_model, *all_map; /* of the file of all */
static int all_fd, log_fd;

static uint64_t random_word(struct worker *w)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random * 0x2545F4914F6CDD1DULL >> 16;
}

static uint64_t below(struct worker *w, uint64_t n)
{
    return random_word(w) % n;
}

/* Most transfers are small, some are large enough to go past the cache of a file system. */
static uint64_t random_size(struct worker *w)
{
    static const unsigned max[] = {100, 100, 100, 5000, 5000, 20000, 20000, LIMIT / 2};
    uint64_t n = 1 + below(w, max[below(w, 8)]);
    return below(w, 8) == 0 && n > PAGE ? n / PAGE * PAGE : n;
}

/* A place for n bytes below the limit: anywhere, at the beginning of a page, at the end. */
static uint64_t random_place(struct worker *w, const struct file *f, uint64_t n)
{
    uint64_t at = below(w, LIMIT - n + 1);
    switch (below(w, 4)) {
    case 0:
        return at / PAGE * PAGE;
    case 1:
        return f->size + n <= LIMIT ? f->size : at;
    default:
        return at;
    }
}

static void fill(struct worker *w, unsigned char *bytes, uint64_t n)
{
    for (uint64_t i = 0; i < n; i += 4) {
        uint64_t word = random_word(w);
        memcpy(bytes + i, &word, n - i < 4 ? n - i : 4);
    }
}

static void note(struct worker *w, const char *what, const struct file *f, uint64_t at,
                 uint64_t size)
{
    w->last[w->nr_done++ % TRACED] = (struct done){what, f != NULL ? f->name : "", at, size};
}

/* The first difference ends the program, with what the thread has done lately. */
static void wrong(const struct worker *w, const char *what, uint64_t at)
{
    flockfile(stdout);
    printf("seed %lu, thread %u: %s at %#lx, errno %d; before that:\n", seed, w->number, what, at,
           errno);
    for (unsigned i = w->nr_done > TRACED ? w->nr_done - TRACED : 0; i < w->nr_done; i++) {
        const struct done *d = &w->last[i % TRACED];
        printf("    %s %s %#lx+%#lx\n", d->what, d->name, d->at, d->size);
    }
    fflush(stdout);
    _exit(1);
}

static void want(const struct worker *w, bool ok, const char *what)
{
    if (!ok)
        wrong(w, what, 0);
}

static void compare(const struct worker *w, const unsigned char *got, const unsigned char *wanted,
                    uint64_t n, uint64_t at, const char *what)
{
    if (memcmp(got, wanted, n) == 0)
        return;
    for (uint64_t i = 0; i < n; i++)
        if (got[i] != wanted[i])
            wrong(w, what, at + i);
}

/* The model of a write. */
static void put(struct file *f, const unsigned char *bytes, uint64_t at, uint64_t n)
{
    memcpy(f->model + at, bytes, n);
    if (at + n > f->size)
        f->size = at + n;
}

/* The model of a change of size. */
static void cut(struct file *f, uint64_t size)
{
    if (size < f->size)
        memset(f->model + size, 0, f->size - size);
    f->size = size;
}

static void open_it(struct worker *w, struct file *f, int flags)
{
    f->fd = open(f->name, O_RDWR | O_CLOEXEC | flags, 0600);
    want(w, f->fd >= 0, "open");
}

static void make(struct worker *w, struct file *f)
{
    open_it(w, f, O_CREAT | O_EXCL);
    cut(f, 0);
}

static void unmap(struct worker *w, struct file *f)
{
    if (f->map != NULL)
        want(w, munmap(f->map, f->map_size) == 0, "munmap");
    f->map = NULL;
    f->map_size = 0;
}

/* All of a file by one call, and that it ends there. */
static void check_whole(struct worker *w, const struct file *f, int fd)
{
    struct stat status;
    want(w, fstat(fd, &status) == 0 && (uint64_t)status.st_size == f->size, "size");
    want(w, pread(fd, w->buffer, LIMIT, 0) == (ssize_t)f->size, "read of all");
    compare(w, w->buffer, f->model, f->size, 0, "read of all");
}

/* Operations. Each gets one of the thread's files. */

static void do_read(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w), at = random_place(w, f, n);
    uint64_t there = at < f->size ? f->size - at : 0;
    struct iovec parts[2] = {{w->buffer, n / 3}, {w->buffer + n / 3, n - n / 3}};
    if (there > n)
        there = n;
    note(w, "read", f, at, n);
    ssize_t got = below(w, 4) == 0 ? preadv(f->fd, parts, 2, (off_t)at)
                                   : pread(f->fd, w->buffer, n, (off_t)at);
    want(w, got == (ssize_t)there, "bytes read");
    compare(w, w->buffer, f->model + at, there, at, "read");
}

static void do_write(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w), at = random_place(w, f, n);
    struct iovec parts[2] = {{w->buffer, n / 3}, {w->buffer + n / 3, n - n / 3}};
    fill(w, w->buffer, n);
    note(w, "write", f, at, n);
    ssize_t done = below(w, 4) == 0 ? pwritev(f->fd, parts, 2, (off_t)at)
                                    : pwrite(f->fd, w->buffer, n, (off_t)at);
    want(w, done == (ssize_t)n, "bytes written");
    put(f, w->buffer, at, n);
}

static void do_append(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w);
    if (f->size + n > LIMIT)
        return;
    int fd = open(f->name, O_WRONLY | O_APPEND);
    fill(w, w->buffer, n);
    note(w, "append", f, f->size, n);
    want(w, fd >= 0 && write(fd, w->buffer, n) == (ssize_t)n && close(fd) == 0, "append");
    put(f, w->buffer, f->size, n);
}

/* Whole pages by an open file of its own, between the device and the caller where it can be. */
static void do_direct(struct worker *w, struct file *f)
{
    uint64_t n = PAGE * (1 + below(w, 16)), at = below(w, (LIMIT - n) / PAGE + 1) * PAGE;
    uint64_t there = at < f->size ? f->size - at : 0;
    int fd = open(f->name, O_RDWR | O_DIRECT);
    if (fd < 0)
        fd = open(f->name, O_RDWR);
    if (there > n)
        there = n;
    note(w, "direct", f, at, n);
    want(w, fd >= 0 && pread(fd, w->buffer, n, (off_t)at) == (ssize_t)there, "direct read");
    compare(w, w->buffer, f->model + at, there, at, "direct read");
    if (below(w, 2) == 0) {
        fill(w, w->buffer, n);
        want(w, pwrite(fd, w->buffer, n, (off_t)at) == (ssize_t)n, "direct write");
        put(f, w->buffer, at, n);
    }
    want(w, close(fd) == 0, "close");
}

static void do_truncate(struct worker *w, struct file *f)
{
    uint64_t size = below(w, LIMIT + 1);
    if (below(w, 2) == 0)
        size = size / PAGE * PAGE;
    note(w, "truncate", f, size, 0);
    want(w, (below(w, 2) ? ftruncate(f->fd, (off_t)size) : truncate(f->name, (off_t)size)) == 0,
         "truncate");
    cut(f, size);
}

static void do_allocate(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w), at = random_place(w, f, n);
    uint64_t size = at + n > f->size ? at + n : f->size;
    note(w, "fallocate", f, at, n);
    if (fallocate(f->fd, 0, (off_t)at, (off_t)n) != 0)
        want(w, errno == EOPNOTSUPP && ftruncate(f->fd, (off_t)size) == 0, "fallocate");
    f->size = size;
}

static void do_punch(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w), at = random_place(w, f, n);
    uint64_t there = at < f->size ? f->size - at : 0;
    if (there > n)
        there = n;
    note(w, "punch", f, at, n);
    memset(w->buffer, 0, there);
    if (fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)n) != 0)
        want(w, errno == EOPNOTSUPP && pwrite(f->fd, w->buffer, there, (off_t)at) == (ssize_t)there,
             "punch");
    memset(f->model + at, 0, there);
}

/* A part of the file. */
static void do_map(struct worker *w, struct file *f)
{
    unmap(w, f);
    f->map_start = below(w, 40) * PAGE;
    f->map_size = PAGE * (1 + below(w, 40));
    note(w, "map", f, f->map_start, f->map_size);
    f->map =
        mmap(NULL, f->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, (off_t)f->map_start);
    if (f->map == MAP_FAILED) {
        want(w, errno == EINVAL, "mmap");
        f->map = NULL;
    }
}

/* Bytes of the mapping, at most n, that are in the file: 0 or more, from *at on. */
static uint64_t mapped(struct worker *w, const struct file *f, uint64_t n, uint64_t *at)
{
    uint64_t end = f->map_start + f->map_size < f->size ? f->map_start + f->map_size : f->size;
    if (f->map_size == 0 || end <= f->map_start)
        return 0;
    *at = f->map_start + below(w, end - f->map_start);
    return n < end - *at ? n : end - *at;
}

static void do_store(struct worker *w, struct file *f)
{
    uint64_t at, n = mapped(w, f, random_size(w), &at);
    if (n == 0)
        return;
    fill(w, w->buffer, n);
    note(w, "store", f, at, n);
    if (f->map != NULL)
        memcpy(f->map + (at - f->map_start), w->buffer, n);
    else
        want(w, pwrite(f->fd, w->buffer, n, (off_t)at) == (ssize_t)n, "write in place of a store");
    put(f, w->buffer, at, n);
}

static void do_load(struct worker *w, struct file *f)
{
    uint64_t at, n = mapped(w, f, random_size(w), &at);
    note(w, "load", f, at, n);
    if (n > 0 && f->map != NULL)
        compare(w, f->map + (at - f->map_start), f->model + at, n, at, "load");
}

/* A call that stores into the mapping of another file. */
static void do_read_into(struct worker *w, struct file *f)
{
    struct file *to = &w->files[below(w, FILES)];
    uint64_t at, n = mapped(w, to, random_size(w), &at), from = below(w, LIMIT);
    if (to == f || n == 0 || from >= f->size)
        return;
    if (n > f->size - from)
        n = f->size - from;
    note(w, "read from", f, from, n);
    note(w, "… into", to, at, n);
    unsigned char *into = to->map != NULL ? to->map + (at - to->map_start) : w->buffer;
    want(w, pread(f->fd, into, n, (off_t)from) == (ssize_t)n, "read into a mapping");
    if (to->map == NULL)
        want(w, pwrite(to->fd, into, n, (off_t)at) == (ssize_t)n, "write in its place");
    put(to, f->model + from, at, n);
}

/* … and one that loads from it. */
static void do_write_from(struct worker *w, struct file *f)
{
    struct file *from = &w->files[below(w, FILES)];
    uint64_t at, n = mapped(w, from, random_size(w), &at), to = below(w, LIMIT);
    if (from == f || n == 0)
        return;
    if (n > LIMIT - to)
        n = LIMIT - to;
    note(w, "write from", from, at, n);
    note(w, "… to", f, to, n);
    const unsigned char *bytes =
        from->map != NULL ? from->map + (at - from->map_start) : from->model + at;
    want(w, pwrite(f->fd, bytes, n, (off_t)to) == (ssize_t)n, "write from a mapping");
    put(f, from->model + at, to, n);
}

static void do_copy(struct worker *w, struct file *f)
{
    struct file *to = &w->files[below(w, FILES)];
    uint64_t n = random_size(w), from = below(w, LIMIT - n + 1), at = below(w, LIMIT - n + 1);
    off_t in = (off_t)from, out = (off_t)at;
    if (to == f || from + n > f->size)
        return;
    note(w, "copy from", f, from, n);
    note(w, "… to", to, at, n);
    want(w, copy_file_range(f->fd, &in, to->fd, &out, n, 0) == (ssize_t)n, "copy_file_range");
    put(to, f->model + from, at, n);
}

/* Stores into a private mapping stay there. */
static void do_private(struct worker *w, struct file *f)
{
    uint64_t n = f->size;
    if (n == 0)
        return;
    note(w, "private map", f, 0, n);
    unsigned char *map = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE, f->fd, 0);
    want(w, map != MAP_FAILED, "mmap");
    uint64_t at = below(w, n), some = n - at < 9000 ? n - at : 9000;
    compare(w, map + at, f->model + at, some, at, "private load");
    memset(map + at, 0xa5, some);
    want(w, munmap(map, n) == 0, "munmap");
}

static void do_sync(struct worker *w, struct file *f)
{
    uint64_t page = below(w, f->map_size / PAGE + 1) * PAGE;
    note(w, "sync", f, 0, 0);
    switch (below(w, 4)) {
    case 0:
        want(w, fsync(f->fd) == 0, "fsync");
        break;
    case 1:
        want(w, fdatasync(f->fd) == 0, "fdatasync");
        break;
    case 2:
        want(w, f->map == NULL || msync(f->map + page, f->map_size - page, MS_ASYNC) == 0, "msync");
        break;
    default:
        want(w, f->map == NULL || msync(f->map + page, f->map_size - page, MS_SYNC) == 0, "msync");
    }
}

static void do_advise(struct worker *w, struct file *f)
{
    static const int advice[] = {POSIX_FADV_DONTNEED, POSIX_FADV_WILLNEED};
    uint64_t n = random_size(w), at = random_place(w, f, n);
    note(w, "advise", f, at, n);
    want(w, posix_fadvise(f->fd, (off_t)at, (off_t)n, advice[below(w, 2)]) == 0, "fadvise");
    int again = below(w, 2) == 0 ? MADV_DONTNEED : MADV_WILLNEED;
    want(w, f->map == NULL || madvise(f->map, f->map_size, again) == 0, "madvise");
}

/* Its mapping stays. */
static void do_reopen(struct worker *w, struct file *f)
{
    note(w, "reopen", f, 0, 0);
    want(w, close(f->fd) == 0, "close");
    open_it(w, f, below(w, 8) == 0 ? O_SYNC : 0);
    if (below(w, 8) == 0)
        check_whole(w, f, f->fd);
}

/* Two files change their names. */
static void do_swap(struct worker *w, struct file *f)
{
    struct file *other = &w->files[below(w, FILES)];
    char name[8], free[8];
    if (other == f)
        return;
    snprintf(free, sizeof(free), "%u-x", w->number);
    note(w, "swap", f, 0, 0);
    want(w,
         rename(f->name, free) == 0 && rename(other->name, f->name) == 0 &&
             rename(free, other->name) == 0,
         "rename");
    memcpy(name, f->name, sizeof(name));
    memcpy(f->name, other->name, sizeof(name));
    memcpy(other->name, name, sizeof(name));
}

/* A file takes another one's name, which lives on while it is open, and then is made anew. */
static void do_replace(struct worker *w, struct file *f)
{
    struct file *other = &w->files[below(w, FILES)];
    char name[8];
    if (other == f)
        return;
    note(w, "replace", other, 0, 0);
    want(w, rename(f->name, other->name) == 0, "rename");
    memcpy(name, f->name, sizeof(name));
    memcpy(f->name, other->name, sizeof(name));
    memcpy(other->name, name, sizeof(name));
    do_write(w, other);
    do_store(w, other);
    check_whole(w, other, other->fd);
    unmap(w, other);
    want(w, close(other->fd) == 0, "close");
    make(w, other);
}

static void do_remove(struct worker *w, struct file *f)
{
    note(w, "remove", f, 0, 0);
    want(w, unlink(f->name) == 0, "unlink");
    uint64_t size = below(w, LIMIT + 1);
    want(w, ftruncate(f->fd, (off_t)size) == 0, "truncate");
    cut(f, size);
    do_write(w, f);
    do_load(w, f);
    check_whole(w, f, f->fd);
    unmap(w, f);
    want(w, close(f->fd) == 0, "close");
    make(w, f);
}

/* A piece of the file of all that is this thread's: where it begins. */
static uint64_t own_piece(struct worker *w)
{
    return (below(w, PIECES / THREADS) * THREADS + w->number) * PIECE;
}

/* In the file of all; f is not used. */
static void do_all_change(struct worker *w, struct file *f)
{
    uint64_t skip = below(w, PIECE), n = 1 + below(w, PIECE - skip), at = own_piece(w) + skip;
    (void)f;
    fill(w, w->buffer, n);
    note(w, "change all", NULL, at, n);
    if (below(w, 2) == 0 && all_map != NULL)
        memcpy(all_map + at, w->buffer, n);
    else
        want(w, pwrite(all_fd, w->buffer, n, (off_t)at) == (ssize_t)n, "write to all");
    memcpy(all_model + at, w->buffer, n);
}

static void do_all_read(struct worker *w, struct file *f)
{
    uint64_t n = random_size(w), at = below(w, LIMIT - n + 1);
    (void)f;
    note(w, "read all", NULL, at, n);
    want(w, pread(all_fd, w->buffer, n, (off_t)at) == (ssize_t)n, "read of all");
    for (uint64_t i = 0; i < n; i++)
        if ((at + i) / PIECE % THREADS == w->number && (at + i) / PIECE < PIECES &&
            w->buffer[i] != all_model[at + i])
            wrong(w, "own piece of all", at + i);
}

static void do_all_sync(struct worker *w, struct file *f)
{
    uint64_t page = below(w, LIMIT / PAGE) * PAGE;
    (void)f;
    if (below(w, 4) == 0 || all_map == NULL)
        want(w, fdatasync(all_fd) == 0, "fdatasync of all");
    else
        want(w, msync(all_map + page, LIMIT - page, MS_SYNC) == 0, "msync of all");
}

static void do_log(struct worker *w, struct file *f)
{
    uint32_t n = w->number, i = w->nr_records++;
    struct record r = {n, i, {n * i, n + i, n - i, ~i}};
    (void)f;
    want(w, write(log_fd, &r, sizeof(r)) == sizeof(r), "log");
}

static const struct {
    void (*operation)(struct worker *w, struct file *f);
    unsigned weight;
} operations[] = {
    {do_read, 20},       {do_write, 20},   {do_append, 4},     {do_direct, 4},  {do_truncate, 6},
    {do_allocate, 3},    {do_punch, 4},    {do_map, 4},        {do_store, 20},  {do_load, 12},
    {do_read_into, 6},   {do_copy, 3},     {do_write_from, 6}, {do_private, 2}, {do_sync, 3},
    {do_advise, 3},      {do_reopen, 4},   {do_swap, 1},       {do_replace, 1}, {do_remove, 1},
    {do_all_change, 20}, {do_all_read, 8}, {do_all_sync, 1},   {do_log, 4},
};

#define NR_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void one_operation(struct worker *w)
{
    unsigned total = 0, i = 0;
    for (i = 0; i < NR_OPERATIONS; i++)
        total += operations[i].weight;
    unsigned draw = (unsigned)below(w, total);
    for (i = 0; draw >= operations[i].weight; i++)
        draw -= operations[i].weight;
    operations[i].operation(w, &w->files[below(w, FILES)]);
}

static unsigned char *pages(uint64_t size)
{
    unsigned char *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    return memory;
}

static void *work(void *argument)
{
    struct worker *w = argument;
    w->buffer = pages(LIMIT);
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(w->files[i].name, sizeof(w->files[i].name), "%u-%u", w->number, i);
        w->files[i].model = pages(LIMIT);
        make(w, &w->files[i]);
    }
    for (long i = 0; i < w->nr_operations; i++)
        one_operation(w);
    return NULL;
}

static uint32_t crc32(const unsigned char *bytes, uint64_t n)
{
    static uint32_t table[256];
    uint32_t crc = ~0U;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320 : 0);
    }
    for (uint64_t i = 0; i < n; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 255];
    return ~crc;
}

/* The files as somebody who opens them now sees them, and the model's sums. */
static void finish(struct worker *w)
{
    char name[8];
    for (unsigned n = 0; n < FILES; n++) {
        struct file *f = w->files;
        snprintf(name, sizeof(name), "%u-%u", w->number, n);
        while (strcmp(f->name, name) != 0)
            f++;
        unmap(w, f);
        want(w, close(f->fd) == 0, "close");
        open_it(w, f, 0);
        note(w, "end", f, 0, 0);
        check_whole(w, f, f->fd);
        want(w, close(f->fd) == 0, "close");
        printf("%s %lu %08x\n", f->name, f->size, crc32(f->model, f->size));
    }
}

/* Every thread's records, each once and in their order. */
static void check_log(const struct worker *workers)
{
    uint32_t seen[THREADS] = {0}, total = 0;
    struct record r;
    int fd = open("log", O_RDONLY);
    REQUIRE(fd >= 0);
    for (; read(fd, &r, sizeof(r)) == sizeof(r); total++) {
        uint32_t n = r.thread, i = r.number;
        REQUIRE(n < THREADS && i == seen[n]++);
        REQUIRE(r.again[0] == n * i && r.again[1] == n + i && r.again[2] == n - i &&
                r.again[3] == ~i);
    }
    for (unsigned n = 0; n < THREADS; n++)
        CHECK(seen[n] == workers[n].nr_records);
    CHECK(close(fd) == 0);
    printf("%u records\n", total);
}

static void open_files_of_all(void)
{
    all_model = pages(LIMIT);
    all_fd = open("all", O_RDWR | O_CREAT, 0600);
    log_fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    REQUIRE(all_fd >= 0 && log_fd >= 0 && ftruncate(all_fd, LIMIT) == 0);
    all_map = mmap(NULL, LIMIT, PROT_READ | PROT_WRITE, MAP_SHARED, all_fd, 0);
    if (all_map == MAP_FAILED)
        all_map = NULL;
}

int main(int argc, char **argv)
{
    static struct worker workers[THREADS];
    pthread_t threads[THREADS];
    struct file all = {.size = LIMIT};

    REQUIRE(argc == 3);
    seed = strtoul(argv[2], NULL, 0);
    enter_scratch();
    open_files_of_all();
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].number = i;
        workers[i].random = (seed * THREADS + i + 1) * 0x9E3779B97F4A7C15ULL;
        workers[i].nr_operations = strtol(argv[1], NULL, 0) / THREADS;
        threads[i] = start(work, &workers[i]);
    }
    for (unsigned i = 0; i < THREADS; i++)
        join(threads[i]);
    CHECK(all_map == NULL || munmap(all_map, LIMIT) == 0);
    CHECK(close(all_fd) == 0 && close(log_fd) == 0);
    for (unsigned i = 0; i < THREADS; i++)
        finish(&workers[i]);
    all.model = all_model;
    all_fd = open("all", O_RDONLY);
    REQUIRE(all_fd >= 0);
    check_whole(&workers[0], &all, all_fd);
    printf("all %lu %08x\n", all.size, crc32(all_model, LIMIT));
    check_log(workers);
    return check_done();
}
