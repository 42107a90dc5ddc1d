/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start of the program: the main thread's stack as the psABI (x86-64: 3.4.1)
 * and Linux lay it out. Runs once as task 1 before there are other threads; no locks.
 *
 * From high to low addresses: the strings as the launcher sent them (arguments, then
 * environment, then the working folder), the platform, 16 random bytes, the auxiliary
 * vector, the pointers, argc.
 */
#include <arch/init.h>
#include <arch/layout.h>
#include <arch/program.h>
#include <hermit/boot_info.h>
#include <hermit/console.h>
#include <hermit/panic.h>
#include <hermit/process.h>
#include <hermit/random.h>
#include <hermit/rlimit.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/auxvec.h>
#include <linux/elf.h>
#include <linux/resource.h>

#define STACK_FIRST (128UL << 10) /* initial size beyond the arguments, as on Linux */
#define STACK_LEAST (16UL << 10)  /* its minimum, whatever the limit is */

/* Entry of crt1.o. */
extern void _start(void) __attribute__((visibility("hidden")));

/* The strings to pass to the program, all with their NULs, in the direct map. */
struct strings {
    const char *base;
    size_t size;
    size_t argc, envc;
};

/* Writes downwards from the top of the stack. */
struct stack {
    uintptr_t sp;
};

static void must(int err)
{
    if (err != 0)
        boot_fail("not enough memory for the program's arguments");
}

static uintptr_t push_bytes(struct stack *s, const void *data, size_t n, size_t align)
{
    s->sp = ALIGN_DOWN(s->sp - n, align);
    must(copy_to_user(user_ptr(s->sp), data, n));
    return s->sp;
}

/* Writes one word at *at and advances *at. */
static void put_word(uintptr_t *at, uint64_t value)
{
    must(put_user_u64(user_ptr(*at), value));
    *at += sizeof(uint64_t);
}

/* Makes the words of the kernel command line the arguments; cuts it into strings in place. */
static struct strings strings_of_cmdline(void)
{
    static const char fallback[] = "hermit";
    char *to = (char *)(uintptr_t)boot_info.cmdline;
    struct strings s = {.base = to};

    for (const char *from = boot_info.cmdline; *from != 0;) {
        while (*from == ' ')
            from++;
        if (*from == 0)
            break;
        while (*from != 0 && *from != ' ')
            *to++ = *from++;
        if (*from == ' ')
            from++;
        *to++ = 0;
        s.argc++;
    }
    s.size = (size_t)(to - s.base);
    return s.argc > 0 ? s : (struct strings){fallback, sizeof(fallback), 1, 0};
}

static struct strings find_strings(void)
{
    const struct hermit_boot_block *b = boot_info.block;

    if (b == NULL)
        return strings_of_cmdline();
    return (struct strings){(const char *)b + b->strings_off, b->strings_size, b->argc, b->envc};
}

/* `wanted`: bytes of the arguments. The stack grows at page faults, up to RLIMIT_STACK. */
static struct stack allocate_stack(size_t wanted)
{
    if (boot_info.block != NULL && boot_info.block->stack_size != 0)
        rlimit_set_stack(boot_info.block->stack_size);
    size_t size = MAX(MIN(wanted + STACK_FIRST, rlimit_word(RLIMIT_STACK)), wanted + STACK_LEAST);
    size = ALIGN_UP(size, PAGE_SIZE);
    unsigned flags = VM_READ | VM_WRITE | VM_STACK | VM_NORESERVE;
    if (boot_info.executable_stack)
        flags |= VM_EXEC;
    long start = vm_map(0, size, flags, VM_MAP_TOPDOWN_STACK, NULL, 0);
    if (start < 0)
        boot_fail("no room for a stack of %lu bytes", size);
    return (struct stack){(uintptr_t)start + size};
}

static void put_auxv(uintptr_t *at, uintptr_t exec_name, uintptr_t platform_name, uintptr_t random)
{
    const Elf64_Ehdr *ehdr = (const void *)__hermit_image_start;
    const uint64_t auxv[][2] = {
        {AT_HWCAP, arch_hwcap()},
        {AT_PAGESZ, PAGE_SIZE},
        {AT_CLKTCK, USER_HZ},
        {AT_PHDR, (uint64_t)(__hermit_image_start + ehdr->e_phoff)},
        {AT_PHENT, ehdr->e_phentsize},
        {AT_PHNUM, ehdr->e_phnum},
        {AT_BASE, 0},
        {AT_FLAGS, 0},
        {AT_ENTRY, (uint64_t)_start},
        {AT_UID, 0},
        {AT_EUID, 0},
        {AT_GID, 0},
        {AT_EGID, 0},
        {AT_SECURE, 0},
        {AT_RANDOM, random},
        {AT_HWCAP2, ARCH_HWCAP2},
        {AT_EXECFN, exec_name},
        {AT_PLATFORM, platform_name},
        {AT_MINSIGSTKSZ, arch_signal_stack_min()},
        {AT_NULL, 0},
    };

    must(copy_to_user(user_ptr(*at), auxv, sizeof(auxv)));
    *at += sizeof(auxv);
}
#define AUXV_SIZE (20 * 2 * sizeof(uint64_t))

/* Writes pointers to the `n` strings at `user`, which are a copy of *text, and a NULL. Returns the
 * address after the last string; advances *text by the same. */
static uintptr_t put_pointers(uintptr_t *at, size_t n, const char **text, uintptr_t user)
{
    for (; n > 0; n--) {
        size_t length = strlen(*text) + 1;
        put_word(at, user);
        user += length;
        *text += length;
    }
    put_word(at, 0);
    return user;
}

/* Names the first thread after the program's file, truncated to 15 bytes, as Linux does. */
static void name_first_thread(const char *path)
{
    char name[16];
    const char *last = strrchr(path, '/');

    ksnprintf(name, sizeof(name), "%s", last != NULL ? last + 1 : path);
    task_set_name(current_task(), name);
}

void program_start(void)
{
    struct strings s = find_strings();
    size_t vector = (s.argc + s.envc + 3) * sizeof(uint64_t) + AUXV_SIZE;
    struct stack stack = allocate_stack(s.size + vector);
    struct program_layout *layout = &program_layout;
    const char *text = layout->name = s.argc > 0 ? s.base : "";
    uint8_t random_bytes[16];

    random_fill(random_bytes, sizeof(random_bytes));
    stack.sp -= sizeof(uint64_t); /* a zero word at the end, as on Linux */
    uintptr_t user = push_bytes(&stack, s.base, s.size, 1);
    uintptr_t platform_name = push_bytes(&stack, ARCH_PLATFORM, sizeof(ARCH_PLATFORM), 1);
    uintptr_t random = push_bytes(&stack, random_bytes, sizeof(random_bytes), 16);
    uintptr_t at = ALIGN_DOWN(stack.sp - vector, 16UL);

    layout->stack_start = at;
    uintptr_t sp = at;
    put_word(&at, s.argc);
    layout->arg_start = user;
    layout->env_start = layout->arg_end = put_pointers(&at, s.argc, &text, user);
    layout->env_end = put_pointers(&at, s.envc, &text, layout->env_start);
    layout->auxv_start = at;
    put_auxv(&at, user, platform_name, random);
    layout->auxv_end = at;
    name_first_thread(layout->name);
    console_started();
    arch_enter_program((uintptr_t)_start, sp);
}
