/* build: -O2 -fomit-frame-pointer -pthread */
/* SPDX-License-Identifier: BSD-3-Clause */
/* Crashes in the way that its argument names, for a report whose calls are known. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FUNCTION __attribute__((noinline)) static

static int *volatile nowhere;
static volatile int after; /* what is done after a call, so that it is none to another function */

FUNCTION void fault(void)
{
    *nowhere = 1;
    after++;
}

FUNCTION void second(void)
{
    fault();
    after++;
}

FUNCTION void first(void)
{
    second();
    after++;
}

__attribute__((always_inline)) static inline void in_the_same_place(void)
{
    *nowhere = 2;
}

FUNCTION void with_inlined(void)
{
    in_the_same_place();
    after++;
}

FUNCTION void handler(int sig)
{
    (void)sig;
    second();
    after++;
}

FUNCTION void in_handler(void)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    after++;
}

static char other_stack[65536];

FUNCTION void use_other_stack(void)
{
    const stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof(other_stack)};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

FUNCTION void on_other_stack(void)
{
    use_other_stack();
    first();
    after++;
}

FUNCTION int compare(const void *a, const void *b)
{
    if (*(const int *)a == 7 || *(const int *)b == 7)
        first();
    return *(const int *)a - *(const int *)b;
}

FUNCTION void in_qsort(void)
{
    int numbers[] = {3, 9, 7, 1, 5};
    qsort(numbers, 5, sizeof(numbers[0]), compare);
    after += numbers[0];
}

FUNCTION void give_up(void)
{
    abort();
}

FUNCTION void *thread(void *argument)
{
    give_up();
    after++;
    return argument;
}

FUNCTION void in_thread(void)
{
    pthread_t id;
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, NULL);
}

/* The call is the last instruction of the function. */
FUNCTION void at_the_end(void)
{
    after++;
    give_up();
    __builtin_unreachable();
}

FUNCTION void smash(void)
{
    char small[16];
    char *volatile p = small;
    memset(p, 'A', 64);
    *nowhere = p[0];
    after++;
}

FUNCTION void smash_and_return(void)
{
    char small[16];
    char *volatile p = small;
    memset(p, 'A', 64);
}

FUNCTION void call_nothing(void)
{
    void (*volatile function)(void) = NULL;
    function();
    after++;
}

FUNCTION void with_large_array(void)
{
    volatile char large[600000];
    large[after] = 1;
    second();
    after += large[after];
}

__attribute__((noinline)) void inner(int x) __asm__("_ZN5outer5innerEi");
void inner(int x)
{
    first();
    after += x;
}

FUNCTION void with_cxx(void)
{
    inner(1);
    after++;
}

void through_frame_pointer(void (*function)(void));
void through_nothing(void (*function)(void));
__asm__(".text\n"
        ".type through_frame_pointer, @function\n"
        "through_frame_pointer: push %rbp; mov %rsp, %rbp; call *%rdi; pop %rbp; ret\n"
        ".size through_frame_pointer, . - through_frame_pointer\n"
        ".type through_nothing, @function\n"
        "through_nothing: push %rbp; mov $7, %ebp; sub $0x40, %rsp; call *%rdi\n"
        "add $0x40, %rsp; pop %rbp; ret\n"
        ".size through_nothing, . - through_nothing\n");

FUNCTION void in_assembler(void)
{
    through_frame_pointer(first);
    after++;
}

FUNCTION void in_assembler_without(void)
{
    through_nothing(first);
    after++;
}

FUNCTION void by_number(void)
{
    syscall(SYS_tgkill, getpid(), gettid(), SIGABRT);
    after++;
}

FUNCTION void forever(int depth)
{
    volatile int here = depth;
    if (here >= 0)
        forever(here + 1);
    after += here;
}

FUNCTION void too_deep(void)
{
    forever(0);
    after++;
}

static const struct {
    const char *name;
    void (*function)(void);
} ways[] = {
    {"first", first},
    {"with_inlined", with_inlined},
    {"in_handler", in_handler},
    {"on_other_stack", on_other_stack},
    {"in_qsort", in_qsort},
    {"in_thread", in_thread},
    {"at_the_end", at_the_end},
    {"smash", smash},
    {"smash_and_return", smash_and_return},
    {"call_nothing", call_nothing},
    {"with_large_array", with_large_array},
    {"with_cxx", with_cxx},
    {"in_assembler", in_assembler},
    {"in_assembler_without", in_assembler_without},
    {"by_number", by_number},
    {"too_deep", too_deep},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(ways[0]); i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            ways[i].function();
    return 1 + after;
}
