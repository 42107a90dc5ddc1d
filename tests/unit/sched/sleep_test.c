/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutex, reader/writer lock and wait queue, with a host thread for each task, under
 * ThreadSanitizer: it sees only the atomic operations of the code under test, so it reports
 * accesses that those do not order. Each task has a condition variable as its switch. A lost
 * wake-up hangs until alarm() ends the test.
 */
#include <kernel/sched/sched_internal.h>

#include <errno.h>
#include <hermit/timer.h>
#include <hermit/wait.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MAX_THREADS 6
#define MS          1000000UL

struct host_task {
    struct task task;
    struct task_sleep sleep;
    pthread_mutex_t lock; /* protects the changes of task.state to and from sleeping */
    pthread_cond_t woken;
    uint64_t alarm; /* when its timer is due; TIME_FOREVER: not armed */
    pthread_t thread;
    void (*body)(void *arg);
    void *arg;
};

static struct host_task tasks[MAX_THREADS];
_Thread_local struct task *shim_task;
_Thread_local struct cpu *shim_cpu;
static _Atomic bool signalled, gives_up;

/* The kernel around the code under test. */

void arch_cpu_relax(void)
{
    sched_yield();
}

uint64_t arch_clock_read(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static struct host_task *host_of(struct task *t)
{
    return container_of(t, struct host_task, task);
}

struct task_sleep *task_sleep(const struct task *t)
{
    return &container_of(t, struct host_task, task)->sleep;
}

struct task *task_of_sleep(struct task_sleep *sleep)
{
    return &container_of(sleep, struct host_task, sleep)->task;
}

static bool is_asleep(struct task *t)
{
    return atomic_load_explicit(&t->state, memory_order_relaxed) != TASK_RUNNING;
}

/* Also runs the sleep timer's handler at its deadline, as an interrupt would. */
void schedule(void)
{
    struct host_task *h = host_of(current_task());
    struct timespec end = {(time_t)(h->alarm / (1000 * MS)), (long)(h->alarm % (1000 * MS))};
    int err = 0;

    pthread_mutex_lock(&h->lock);
    h->task.nr_switches++;
    while (is_asleep(&h->task) && err == 0)
        err = h->alarm == TIME_FOREVER ? pthread_cond_wait(&h->woken, &h->lock)
                                       : pthread_cond_timedwait(&h->woken, &h->lock, &end);
    pthread_mutex_unlock(&h->lock);
    if (err == ETIMEDOUT) {
        h->alarm = TIME_FOREVER;
        h->sleep.timer.fn(&h->sleep.timer);
    }
}

bool task_wake(struct task *t)
{
    struct host_task *h = host_of(t);

    pthread_mutex_lock(&h->lock);
    bool asleep = is_asleep(t);
    if (asleep) {
        atomic_store_explicit(&t->state, TASK_RUNNING, memory_order_relaxed);
        pthread_cond_signal(&h->woken);
    }
    pthread_mutex_unlock(&h->lock);
    return asleep;
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
    *t = (struct timer){.deadline = TIME_FOREVER, .fn = fn};
}

void timer_arm(struct timer *t, uint64_t deadline)
{
    container_of(t, struct host_task, sleep.timer)->alarm = deadline;
}

bool timer_cancel(struct timer *t)
{
    struct host_task *h = container_of(t, struct host_task, sleep.timer);
    bool armed = h->alarm != TIME_FOREVER;

    h->alarm = TIME_FOREVER;
    return armed;
}

void timer_cancel_sync(struct timer *t)
{
    (void)t; /* the handler has run in schedule() */
}

bool signal_pending(void)
{
    return signalled;
}

bool signal_gives_up(void)
{
    return gives_up;
}

void sched_count_sleep(void)
{
}

void task_free(struct task *t)
{
    (void)t;
    abort(); /* the test has a reference of its own */
}

static void *run(void *arg)
{
    struct host_task *h = arg;

    shim_task = &h->task;
    h->body(h->arg);
    return NULL;
}

static void start(unsigned i, void (*body)(void *arg), void *arg)
{
    struct host_task *h = &tasks[i];
    pthread_condattr_t attr;

    *h = (struct host_task){.body = body, .arg = arg, .alarm = TIME_FOREVER};
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->woken, &attr);
    atomic_init(&h->task.refs, 1);
    wait_task_init(&h->task);
    if (pthread_create(&h->thread, NULL, run, h) != 0)
        abort();
}

static void join(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        pthread_join(tasks[i].thread, NULL);
}

/* Runs `body` in n threads to the end. */
static void run_all(unsigned n, void (*body)(void *arg), void *arg)
{
    for (unsigned i = 0; i < n; i++)
        start(i, body, arg);
    join(n);
}

/* Mutex. */

static struct mutex mutex;
static long counter; /* under the mutex, nothing else */

static void count_locked(void *arg)
{
    (void)arg;
    for (int i = 0; i < 5000; i++) {
        mutex_lock(&mutex);
        counter++;
        if (i % 64 == 0)
            sched_yield(); /* others queue up */
        mutex_unlock(&mutex);
        if (i % 3 == 0 && mutex_trylock(&mutex)) {
            counter--;
            mutex_unlock(&mutex);
            mutex_lock(&mutex);
            counter++;
            mutex_unlock(&mutex);
        }
    }
}

static void mutex_excludes(void **state)
{
    (void)state;
    mutex_init(&mutex, "test");
    counter = 0;
    run_all(4, count_locked, NULL);
    assert_int_equal(counter, 4 * 5000);
    assert_true(mutex.owner == 0 && list_empty(&mutex.waiters));
}

static atomic_bool greedy_ends;
static atomic_bool waiter_queued;

static void be_greedy(void *arg)
{
    (void)arg;
    while (!greedy_ends) {
        mutex_lock(&mutex);
        if (waiter_queued)
            usleep(200); /* long: the waiter becomes impatient */
        mutex_unlock(&mutex);
    }
}

static void want_it_once(void *arg)
{
    (void)arg;
    waiter_queued = true;
    mutex_lock(&mutex);
    greedy_ends = true;
    mutex_unlock(&mutex);
}

/* Two greedy threads never leave the mutex free for long; an overtaken waiter is handed it. */
static void overtaken_waiter_is_handed_it(void **state)
{
    (void)state;
    mutex_init(&mutex, "test");
    for (int i = 0; i < 20; i++) {
        greedy_ends = waiter_queued = false;
        start(0, be_greedy, NULL);
        start(1, be_greedy, NULL);
        start(2, want_it_once, NULL);
        join(3);
    }
}

struct counted {
    struct mutex lock;
    int refs;
};

static void put_and_free(void *arg)
{
    struct counted *object = arg;

    mutex_lock(&object->lock);
    bool last = --object->refs == 0;
    mutex_unlock(&object->lock);
    if (last)
        free(object); /* no other unlock may still access it */
}

static void last_owner_may_free_it(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct counted *object = malloc(sizeof(*object));
        assert_non_null(object);
        mutex_init(&object->lock, "test");
        object->refs = 4;
        run_all(4, put_and_free, object);
    }
}

/* Reader/writer lock. */

static struct rwlock rwlock = RWLOCK_INIT(rwlock);
static long words[2]; /* equal for every reader */
static atomic_int readers_inside, most_readers;

static void read_and_write(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3000; i++) {
        if (i % 8 == 0) {
            rwlock_write_lock(&rwlock);
            words[0]++;
            words[1]++;
            rwlock_write_unlock(&rwlock);
            continue;
        }
        rwlock_read_lock(&rwlock);
        int inside = ++readers_inside;
        if (inside > most_readers)
            most_readers = inside;
        if (words[0] != words[1])
            abort();
        if (i % 16 == 1)
            sched_yield();
        readers_inside--;
        rwlock_read_unlock(&rwlock);
    }
}

static void writers_exclude_readers_share(void **state)
{
    (void)state;
    run_all(4, read_and_write, NULL);
    assert_int_equal(words[0], 4 * 3000 / 8);
    assert_true(most_readers > 1);
    assert_true(rwlock.readers == 0 && list_empty(&rwlock.waiters));
}

static atomic_int steps;

static void write_once(void *arg)
{
    (void)arg;
    rwlock_write_lock(&rwlock);
    assert_int_equal(atomic_fetch_add(&steps, 1), 0);
    rwlock_write_unlock(&rwlock);
}

static void read_once(void *arg)
{
    (void)arg;
    rwlock_read_lock(&rwlock);
    assert_int_equal(atomic_fetch_add(&steps, 1), 1);
    rwlock_read_unlock(&rwlock);
}

static unsigned waiting_for(struct rwlock *l)
{
    unsigned long irq = spin_lock(&l->lock);
    unsigned n = 0;

    list_for_each_safe (it, tmp, &l->waiters)
        n++;
    spin_unlock(&l->lock, irq);
    return n;
}

/* A reader is inside; a writer waits; the next reader comes after the writer. */
static void waiting_writer_holds_up_readers(void **state)
{
    struct task main_task = {0};

    (void)state;
    steps = 0;
    shim_task = &main_task;
    rwlock_read_lock(&rwlock);
    start(0, write_once, NULL);
    while (waiting_for(&rwlock) < 1)
        sched_yield();
    start(1, read_once, NULL);
    while (waiting_for(&rwlock) < 2)
        sched_yield();
    rwlock_read_unlock(&rwlock);
    join(2);
    assert_int_equal(steps, 2);
}

/* Wait queue. */

#define ITEMS 4000

static struct wait_queue filled, emptied;
static atomic_int slots, items, taken;

/* Takes one of `count`; false: none left. */
static bool take_one(atomic_int *count)
{
    int n = *count;

    while (n > 0)
        if (atomic_compare_exchange_weak(count, &n, n - 1))
            return true;
    return false;
}

static void produce(void *arg)
{
    (void)arg;
    for (int i = 0; i < ITEMS; i++) {
        if (wait_event(&emptied, take_one(&slots), 0, TIME_FOREVER) != 0)
            abort();
        atomic_fetch_add(&items, 1);
        wake_all(&filled);
    }
}

static void consume(void *arg)
{
    (void)arg;
    for (int i = 0; i < ITEMS; i++) {
        if (wait_event(&filled, take_one(&items), WAIT_INTERRUPTIBLE, TIME_FOREVER) != 0)
            abort();
        atomic_fetch_add(&taken, 1);
        atomic_fetch_add(&slots, 1);
        wake_all(&emptied);
    }
}

static void no_wake_up_is_lost(void **state)
{
    (void)state;
    wait_queue_init(&filled);
    wait_queue_init(&emptied);
    slots = 2;
    items = taken = 0;
    for (unsigned i = 0; i < 4; i++)
        start(i, i % 2 == 0 ? produce : consume, NULL);
    join(4);
    assert_int_equal(taken, 2 * ITEMS);
    assert_true(slots == 2 && items == 0);
    assert_true(list_empty(&filled.waiters) && list_empty(&emptied.waiters));
}

static atomic_int result;
static atomic_bool condition;

static void wait_a_little(void *arg)
{
    result =
        wait_event(&filled, condition, WAIT_INTERRUPTIBLE, clock_monotonic() + *(uint64_t *)arg);
}

static int result_of_wait(uint64_t length, bool wake)
{
    result = 1;
    condition = false;
    start(0, wait_a_little, &length);
    if (wake) {
        while (list_looks_empty(&filled.waiters))
            sched_yield();
        condition = true;
        wake_all(&filled);
    }
    join(1);
    return result;
}

static void waits_end_by_wake_up_time_and_signal(void **state)
{
    (void)state;
    wait_queue_init(&filled);
    assert_int_equal(result_of_wait(5 * MS, false), -ETIMEDOUT);
    assert_int_equal(result_of_wait(0, false), -ETIMEDOUT);
    assert_int_equal(result_of_wait(100000 * MS, true), 0);
    signalled = true;
    atomic_init(&tasks[0].task.work, 0);
    assert_int_equal(result_of_wait(20 * MS, false), -ETIMEDOUT); /* no work: it is not for us */
    signalled = false;
    assert_true(list_empty(&filled.waiters));
}

static void wait_with_signal_work(void *arg)
{
    atomic_fetch_or(&current_task()->work, TASK_WORK_SIGNAL);
    result = wait_event(&filled, condition, *(unsigned *)arg, clock_monotonic() + 20 * MS);
}

static int result_with_signal(unsigned flags)
{
    condition = false;
    start(0, wait_with_signal_work, &flags);
    join(1);
    return result;
}

static void killable_waits_end_only_when_the_call_is_given_up(void **state)
{
    (void)state;
    wait_queue_init(&filled);
    signalled = true;
    assert_int_equal(result_with_signal(WAIT_INTERRUPTIBLE), -EINTR);
    assert_int_equal(result_with_signal(WAIT_KILLABLE), -ETIMEDOUT);
    gives_up = true;
    assert_int_equal(result_with_signal(WAIT_KILLABLE), -EINTR);
    assert_int_equal(result_with_signal(0), -ETIMEDOUT);
    signalled = gives_up = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutex_excludes),
        cmocka_unit_test(overtaken_waiter_is_handed_it),
        cmocka_unit_test(last_owner_may_free_it),
        cmocka_unit_test(writers_exclude_readers_share),
        cmocka_unit_test(waiting_writer_holds_up_readers),
        cmocka_unit_test(no_wake_up_is_lost),
        cmocka_unit_test(waits_end_by_wake_up_time_and_signal),
        cmocka_unit_test(killable_waits_end_only_when_the_call_is_given_up),
    };
    alarm(600);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
