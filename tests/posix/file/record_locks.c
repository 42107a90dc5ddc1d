/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 files=virtiofs */
/* Record locks of the process and of open files: ranges and their errors, splitting and merging,
 * waiting, deadlock, and what a close does. Shared folders by 9P have no FIFOs. */
#include "check.h"

static int fd, other;

static void show_errno(const char *what, int result)
{
    printf("%s: %d %s\n", what, result, result < 0 ? strerror(errno) : "-");
}

static int lock_by(int descriptor, int cmd, short type, short whence, off_t start, off_t length)
{
    struct flock l = {.l_type = type, .l_whence = whence, .l_start = start, .l_len = length};

    return fcntl(descriptor, cmd, &l);
}

static void range(short whence, off_t start, off_t length)
{
    char what[80];

    snprintf(what, sizeof(what), "whence %d start %lld length %lld", whence, (long long)start,
             (long long)length);
    errno = 0;
    show_errno(what, lock_by(fd, F_SETLK, F_RDLCK, whence, start, length));
    CHECK(lock_by(fd, F_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
}

#define TOP INT64_MAX

static void ranges(void)
{
    range(SEEK_SET, 0, 0);
    range(SEEK_SET, -1, 1);
    range(SEEK_SET, 0, -1);
    range(SEEK_SET, 5, -5);
    range(SEEK_SET, 5, -6);
    range(SEEK_SET, TOP, 0);
    range(SEEK_SET, TOP, 1);
    range(SEEK_SET, TOP, 2);
    range(SEEK_SET, TOP - 1, 3);
    range(SEEK_SET, 1, TOP);
    range(SEEK_SET, 2, TOP);
    range(SEEK_SET, TOP, INT64_MIN);
    range(SEEK_SET, 0, INT64_MIN);
    range(SEEK_CUR, TOP, 0);
    range(SEEK_CUR, TOP - 4, 1);
    range(SEEK_CUR, -5, 0);
    range(SEEK_CUR, -6, 0);
    range(SEEK_END, 0, -10);
    range(SEEK_END, 0, -11);
    range(SEEK_END, TOP, 0);
    range(SEEK_END, INT64_MIN, 0);
    range(7, 0, 0);
    show_errno("type 9", lock_by(fd, F_SETLK, 9, SEEK_SET, 0, 0));
    show_errno("type 9, bad range", lock_by(fd, F_SETLK, 9, SEEK_SET, TOP, 2));
    show_errno("get type 9, bad range", lock_by(fd, F_GETLK, 9, SEEK_SET, TOP, 2));
    show_errno("get unlock", lock_by(fd, F_GETLK, F_UNLCK, SEEK_SET, 0, 0));
    int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY);
    show_errno("write lock, read only", lock_by(reader, F_SETLK, F_WRLCK, SEEK_SET, 0, 0));
    show_errno("read lock, write only", lock_by(writer, F_SETLK, F_RDLCK, SEEK_SET, 0, 0));
    struct flock own = {.l_type = F_WRLCK, .l_pid = 1};
    show_errno("OFD lock with a pid", fcntl(fd, F_OFD_SETLK, &own));
}

/* What another open file's request meets, from the front. */
static void show_locks(const char *when)
{
    printf("%s:", when);
    for (off_t at = 0; at < 1000;) {
        struct flock l = {.l_type = F_WRLCK, .l_start = at, .l_len = 1000 - at};
        REQUIRE(fcntl(other, F_OFD_GETLK, &l) == 0);
        if (l.l_type == F_UNLCK)
            break;
        printf(" %s[%lld+%lld]%s", l.l_type == F_WRLCK ? "w" : "r", (long long)l.l_start,
               (long long)l.l_len, l.l_pid == getpid() ? "" : "?");
        if (l.l_len == 0)
            break;
        at = l.l_start + l.l_len;
    }
    printf("\n");
}

static void set(short type, off_t start, off_t length)
{
    CHECK(lock_by(fd, F_SETLK, type, SEEK_SET, start, length) == 0);
}

static void pieces(void)
{
    set(F_RDLCK, 0, 100);
    set(F_WRLCK, 40, 20);
    show_locks("split by another kind");
    set(F_RDLCK, 40, 20);
    show_locks("merged again");
    set(F_UNLCK, 10, 10);
    show_locks("a hole");
    set(F_RDLCK, 200, 50);
    set(F_RDLCK, 100, 100);
    show_locks("a gap closed");
    set(F_WRLCK, 15, 300);
    show_locks("overwritten");
    set(F_UNLCK, 50, 0);
    show_locks("cut at the end");
    set(F_WRLCK, 900, 0);
    show_locks("to the end of all files");
    set(F_UNLCK, 0, 0);
    show_locks("nothing");
}

static atomic_int got;

static void *wait_for_it(void *argument)
{
    (void)argument;
    int result = lock_by(other, F_OFD_SETLKW, F_WRLCK, SEEK_SET, 100, 10);
    atomic_store(&got, 1);
    return (void *)(intptr_t)(result == 0 ? 0 : errno);
}

static void waiting(void)
{
    set(F_WRLCK, 100, 10);
    CHECK_ERRNO(lock_by(other, F_OFD_SETLK, F_RDLCK, SEEK_SET, 105, 1), EAGAIN);
    pthread_t thread = start_asleep(wait_for_it, NULL);
    set(F_UNLCK, 0, 100);
    set(F_UNLCK, 101, 50);
    sleep_ms(20);
    CHECK(atomic_load(&got) == 0); /* one byte still stands in the way */
    set(F_UNLCK, 100, 1);
    CHECK(join(thread) == NULL);
    CHECK_ERRNO(lock_by(fd, F_SETLK, F_RDLCK, SEEK_SET, 105, 1), EAGAIN);

    /* The process waits for the open file, which waits for the process. */
    CHECK(lock_by(other, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
    CHECK(lock_by(other, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 10) == 0);
    set(F_WRLCK, 100, 10);
    thread = start_asleep(wait_for_it, NULL);
    CHECK_ERRNO(lock_by(fd, F_SETLKW, F_WRLCK, SEEK_SET, 5, 1), EDEADLK);
    set(F_UNLCK, 0, 0);
    CHECK(join(thread) == NULL);
    CHECK(lock_by(other, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
}

static void *wait_as_process(void *argument)
{
    int result = lock_by((int)(intptr_t)argument, F_SETLKW, F_WRLCK, SEEK_SET, 0, 10);

    return (void *)(intptr_t)(result == 0 ? 0 : errno);
}

static void closing(void)
{
    set(F_WRLCK, 0, 10);
    int second = open("file", O_RDONLY);
    REQUIRE(close(second) == 0);
    show_locks("after the close of another descriptor");

    /* The descriptor is closed while its lock is waited for. */
    CHECK(lock_by(other, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 10) == 0);
    second = open("file", O_RDWR);
    pthread_t thread = start_asleep(wait_as_process, (void *)(intptr_t)second);
    REQUIRE(close(second) == 0);
    sleep_ms(10);
    CHECK(lock_by(other, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
    printf("waited on a closed descriptor: %s\n", strerror((int)(intptr_t)join(thread)));
    show_locks("then");
}

/* On any kind of file the close of any descriptor drops the process's locks. */
static void kinds(void)
{
    static const char *const paths[] = {".", "/dev/null", "/proc/self/stat", "fifo"};

    REQUIRE(mkfifo("fifo", 0600) == 0);
    for (int i = 0; i < 4; i++) {
        int one = open(paths[i], O_RDONLY | O_NONBLOCK),
            two = open(paths[i], O_RDONLY | O_NONBLOCK);
        struct flock l = {.l_type = F_RDLCK};
        CHECK(fcntl(one, F_SETLK, &l) == 0);
        REQUIRE(close(open(paths[i], O_RDONLY | O_NONBLOCK)) == 0);
        l.l_type = F_WRLCK;
        CHECK(fcntl(two, F_OFD_GETLK, &l) == 0);
        printf("%s: %s\n", paths[i], l.l_type == F_UNLCK ? "free" : "locked");
        REQUIRE(close(one) == 0 && close(two) == 0);
    }
}

int main(void)
{
    enter_scratch();
    make_file("file", "0123456789");
    fd = open("file", O_RDWR);
    other = open("file", O_RDWR);
    REQUIRE(lseek(fd, 5, SEEK_SET) == 5);
    ranges();
    pieces();
    waiting();
    closing();
    kinds();
    return check_done();
}
