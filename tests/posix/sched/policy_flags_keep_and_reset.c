/* SPDX-License-Identifier: BSD-3-Clause */
/* sched_setattr(2): what SCHED_FLAG_KEEP_… keeps; what a new thread inherits, and what the reset
 * flag withholds. */
#include "sched.h"

#define RESET       1
#define KEEP_POLICY 8
#define KEEP_PARAMS 16

struct attr { /* struct sched_attr, which not every C library has */
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static struct attr of_caller(void)
{
    struct attr now;

    REQUIRE(syscall(SYS_sched_getattr, 0, &now, sizeof(now), 0) == 0);
    return now;
}

static int set(int policy, int value, int flags)
{
    bool rt = policy == SCHED_FIFO || policy == SCHED_RR;
    struct attr attr = {.size = sizeof(attr),
                        .policy = (uint32_t)policy,
                        .flags = (uint64_t)flags,
                        .nice = rt ? 0 : value,
                        .priority = rt ? (uint32_t)value : 0};

    return syscall(SYS_sched_setattr, 0, &attr, 0) == 0 ? 0 : errno;
}

static void show(const char *what)
{
    struct attr now = of_caller();

    printf(" %s %u/%d/%u%s", what, now.policy, getpriority(PRIO_PROCESS, 0), now.priority,
           now.flags & RESET ? "r" : "");
}

static void *child(void *unused)
{
    show("child");
    return unused;
}

static const struct state {
    int policy, value;
} states[] = {{SCHED_OTHER, 3}, {SCHED_OTHER, -4}, {SCHED_BATCH, -5},
              {SCHED_IDLE, 2},  {SCHED_FIFO, 7},   {SCHED_RR, 9}};
#define STATES (sizeof(states) / sizeof(states[0]))

static void put(const struct state *state, int flags)
{
    REQUIRE(set(SCHED_OTHER, 1, 0) == 0);
    REQUIRE(set(state->policy, state->value, flags) == 0);
}

/* policy, value and priority, all given. */
static void change(const struct state *from, int flags)
{
    static const struct attr to[] = {
        {.policy = SCHED_OTHER, .nice = 6},
        {.policy = SCHED_OTHER, .priority = 4},
        {.policy = SCHED_BATCH, .nice = 30},
        {.policy = SCHED_IDLE, .nice = -3},
        {.policy = SCHED_FIFO, .nice = 6, .priority = 4},
        {.policy = SCHED_FIFO, .nice = 6},
        {.policy = SCHED_RR, .priority = 99},
        {.policy = 77, .nice = 2},
    };

    for (int before = 0; before <= RESET; before++) {
        printf("%d/%d%s flags %d:", from->policy, from->value, before ? "r" : "", flags);
        for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
            struct attr attr = to[i];
            attr.size = sizeof(attr);
            attr.flags = (uint64_t)flags;
            put(from, before);
            int err = syscall(SYS_sched_setattr, 0, &attr, 0) == 0 ? 0 : errno;
            show(err == 0 ? "ok" : err == EINVAL ? "EINVAL" : "?");
        }
        puts("");
    }
}

/* Alone: the policy is the caller's. */
static void *all(void *unused)
{
    static const int flags[] = {0,
                                RESET,
                                KEEP_POLICY,
                                KEEP_POLICY | RESET,
                                KEEP_PARAMS,
                                KEEP_PARAMS | RESET,
                                KEEP_POLICY | KEEP_PARAMS,
                                KEEP_POLICY | KEEP_PARAMS | RESET};

    for (size_t i = 0; i < STATES; i++) {
        for (int reset = 0; reset <= RESET; reset++) {
            put(&states[i], reset);
            show("self");
            join(start(child, NULL));
            puts("");
        }
        for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++)
            change(&states[i], flags[j]);
    }
    return unused;
}

int main(void)
{
    join(start(all, NULL));
    return check_done();
}
