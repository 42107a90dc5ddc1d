/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* SA_ONSTACK handlers run on the alternate stack, others do not; sigaltstack tells and refuses. */
#include "check.h"

static char stack[64 << 10];
static bool on_stack;
static int flags_inside, error_inside;

static void on_signal(int signal)
{
    char local;
    stack_t now;

    (void)signal;
    on_stack = &local >= stack && &local < stack + sizeof(stack);
    sigaltstack(NULL, &now);
    flags_inside = now.ss_flags;
    now.ss_flags = SS_DISABLE;
    error_inside = sigaltstack(&now, NULL) == 0 ? 0 : errno;
}

static void deliver(int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    raise(SIGUSR1);
    printf("on stack %d, flags %d, disabling inside: %s\n", on_stack, flags_inside,
           strerror(error_inside));
}

static void *in_thread(void *unused)
{
    stack_t now;

    (void)unused;
    CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE);
    deliver(SA_ONSTACK);
    return NULL;
}

int main(void)
{
    stack_t new = {.ss_sp = stack, .ss_size = sizeof(stack)}, old;

    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE);
    CHECK(sigaltstack(&new, &old) == 0 && old.ss_flags == SS_DISABLE);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == stack && old.ss_size == sizeof(stack));
    CHECK(old.ss_flags == 0);
    deliver(SA_ONSTACK);
    new.ss_size = 100;
    CHECK_ERRNO(sigaltstack(&new, NULL), ENOMEM);
    new.ss_size = sizeof(stack);
    new.ss_flags = 77;
    CHECK_ERRNO(sigaltstack(&new, NULL), EINVAL);
    join(start(in_thread, NULL));
    deliver(0);
    /* The handler disabled it, its return put back what the signal frame holds. */
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == 0);
    return check_done();
}
