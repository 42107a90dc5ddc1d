/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of calls, made at its first use from the files of the system-call layer: what a
 * parameter's type and name say of how it is printed, and trace_args.def where they do not. Owns
 * the table; one thread, no locks.
 */
#include "trace_calls.h"

#include "report.h"
#include "trace_printers.h"

#include <stdlib.h>
#include <string.h>

#define PARAMETER_MAX 96 /* bytes of a parameter's text */

#define SYSCALL(nr, name, nargs, state, kind, note) NUMBER_##name = (nr),
enum {
#include <syscalls/table.def>
};
#undef SYSCALL

#define KIND_FULL(kind)    KIND_##kind
#define KIND_PARTIAL(kind) KIND_##kind
#define KIND_ENOSYS(kind)  CALL_MISSING
#define KIND_CALL          CALL_ON_KERNEL_STACK
#define KIND_LEAF          CALL_LEAF

static struct call calls[CALL_NUMBERS] = {
#define SYSCALL(nr, name_, nargs, state, kind_, note)                                              \
    [nr] = {.name = #name_, .number = (nr), .nr_arguments = (nargs), .kind = KIND_##state(kind_)},
#include <syscalls/table.def>
#undef SYSCALL
};

static const char *const parameters[CALL_NUMBERS] = {
#define SIGNATURE(name, ...) [NUMBER_##name] = #__VA_ARGS__,
#include <syscalls/signatures.def>
#undef SIGNATURE
};

/* What a parameter's type and name mean; the first row that fits counts. */
static const struct rule {
    const char *type; /* without `const` and `__user`; NULL: any */
    const char *name; /* NULL: any */
    struct argument argument;
} rules[] = {
    {"int", "sig", {print_signal, NULL, false}},
    {"int", "dirfd", {print_directory, NULL, false}},
    {"int", "olddir", {print_directory, NULL, false}},
    {"int", "newdir", {print_directory, NULL, false}},
    {"int", NULL, {print_int, NULL, false}},
    {"pid_t", NULL, {print_int, NULL, false}},
    {"timer_t", NULL, {print_int, NULL, false}},
    {"clockid_t", NULL, {print_clock, NULL, false}},
    {"mode_t", NULL, {print_octal, NULL, false}},
    {"uid_t", NULL, {print_identity, NULL, false}},
    {"gid_t", NULL, {print_identity, NULL, false}},
    {"unsigned", NULL, {print_unsigned, NULL, false}},
    {"uint32_t", NULL, {print_unsigned, NULL, false}},
    {"size_t", NULL, {print_size, NULL, false}},
    {"off_t", NULL, {print_long, NULL, false}},
    {"loff_t", NULL, {print_long, NULL, false}},
    {"unsigned long", "addr", {print_pointer, NULL, false}},
    {"unsigned long", "new_addr", {print_pointer, NULL, false}},
    {"unsigned long", NULL, {print_size, NULL, false}},
    {"char *", NULL, {print_string, NULL, false}},
    {"int *", "length", {print_length, NULL, true}},
    {"uint64_t *", NULL, {print_sigset, NULL, true}},
    {"uid_t *", NULL, {print_int_pointed, NULL, true}},
    {"gid_t *", NULL, {print_int_pointed, NULL, true}},
    {"struct stat *", NULL, {print_stat, NULL, true}},
    {"struct statx *", NULL, {print_statx, NULL, true}},
    {"struct statfs *", NULL, {print_statfs, NULL, true}},
    {"struct sysinfo *", NULL, {print_sysinfo, NULL, true}},
    {"struct rusage *", NULL, {print_rusage, NULL, true}},
    {"struct tms *", NULL, {print_tms, NULL, true}},
    {"struct new_utsname *", NULL, {print_utsname, NULL, true}},
    {"struct rlimit *", NULL, {print_rlimit, NULL, true}},
    {"struct rlimit64 *", NULL, {print_rlimit, NULL, true}},
    {"struct __kernel_timespec *", NULL, {print_timespec, NULL, true}},
    {"struct __kernel_old_timeval *", NULL, {print_timeval, NULL, true}},
    {"struct __kernel_itimerspec *", NULL, {print_itimerspec, NULL, true}},
    {"struct __kernel_old_itimerval *", NULL, {print_itimerval, NULL, true}},
    {"struct timezone *", NULL, {print_timezone, NULL, true}},
    {"struct utimbuf *", NULL, {print_utimbuf, NULL, true}},
    {"struct sigaction *", NULL, {print_sigaction, NULL, true}},
    {"struct sigevent *", NULL, {print_sigevent, NULL, true}},
    {"struct siginfo *", NULL, {print_siginfo, NULL, true}},
    {"struct sigaltstack *", NULL, {print_altstack, NULL, true}},
    {"struct sched_param *", NULL, {print_sched_param, NULL, true}},
    {"struct sched_attr *", NULL, {print_sched_attr, NULL, true}},
    {"struct open_how *", NULL, {print_open_how, NULL, false}},
    {NULL, NULL, {print_pointer, NULL, false}},
};

/* trace_args.def. */
static const struct exception {
    const char *call, *parameter;
    struct argument argument;
} exceptions[] = {
#define FLAGS(call, parameter, set)   {#call, #parameter, {print_flags, &names_##set, false}},
#define NAMED(call, parameter, set)   {#call, #parameter, {print_named, &names_##set, false}},
#define IN(call, parameter, printer)  {#call, #parameter, {print_##printer, NULL, false}},
#define OUT(call, parameter, printer) {#call, #parameter, {print_##printer, NULL, true}},
#include "trace_args.def"
};
#define NR_EXCEPTIONS (sizeof(exceptions) / sizeof(exceptions[0]))

static const char *const descriptors[] = {"fd",    "dirfd",  "olddir", "newdir", "epfd",
                                          "in_fd", "out_fd", "old",    "new"};

/* Calls that have to do with descriptors though none is a parameter. */
static const unsigned makers_of_descriptors[] = {
    NUMBER_open,           NUMBER_creat,           NUMBER_pipe,          NUMBER_pipe2,
    NUMBER_socket,         NUMBER_socketpair,      NUMBER_eventfd,       NUMBER_eventfd2,
    NUMBER_epoll_create,   NUMBER_epoll_create1,   NUMBER_poll,          NUMBER_ppoll,
    NUMBER_select,         NUMBER_pselect6,        NUMBER_mmap,          NUMBER_memfd_create,
    NUMBER_timerfd_create, NUMBER_inotify_init,    NUMBER_inotify_init1, NUMBER_close_range,
    NUMBER_io_uring_setup, NUMBER_perf_event_open, NUMBER_pidfd_open,    NUMBER_userfaultfd};

/* Takes a parameter's text apart: `const char __user *path` has type `char *`, constant. */
static void read_parameter(const char *text, size_t size, char *type, char *name, bool *constant)
{
    char copy[PARAMETER_MAX], *save = NULL;
    type[0] = '\0';
    name[0] = '\0';
    *constant = false;
    snprintf(copy, sizeof(copy), "%.*s", (int)size, text);
    for (char *word = strtok_r(copy, " \n", &save); word != NULL;
         word = strtok_r(NULL, " \n", &save)) {
        bool last = save == NULL || *save == '\0';
        if (strcmp(word, "const") == 0) {
            *constant = true;
        } else if (last) {
            size_t stars = strspn(word, "*");
            if (stars != 0) {
                strcat(type, type[0] != '\0' ? " *" : "*");
            }
            strcpy(name, word + stars);
        } else if (strcmp(word, "__user") != 0) {
            strcat(type, type[0] != '\0' ? " " : "");
            strcat(type, word);
        }
    }
}

static struct argument find_argument(const char *call, const char *type, const char *name,
                                     bool constant)
{
    for (size_t i = 0; i < NR_EXCEPTIONS; i++) {
        if (strcmp(exceptions[i].call, call) == 0 && strcmp(exceptions[i].parameter, name) == 0) {
            return exceptions[i].argument;
        }
    }
    const struct rule *rule = rules;
    while (rule->type != NULL && (strcmp(rule->type, type) != 0 ||
                                  (rule->name != NULL && strcmp(rule->name, name) != 0))) {
        rule++;
    }
    struct argument argument = rule->argument;
    argument.out = argument.out && !constant;
    return argument;
}

static bool is_descriptor(const char *type, const char *name)
{
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        if (strcmp(type, "int") == 0 && strcmp(name, descriptors[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Calls without a signature are not there; Linux's arguments are printed as numbers. */
static void describe(struct call *call, const char *text)
{
    for (unsigned n = 0; n < call->nr_arguments; n++) {
        call->arguments[n] = (struct argument){print_hex, NULL, false};
    }
    for (unsigned n = 0; text != NULL && n < call->nr_arguments; n++) {
        char type[PARAMETER_MAX], name[PARAMETER_MAX];
        bool constant;
        size_t size = strcspn(text, ",");
        read_parameter(text, size, type, name, &constant);
        struct argument argument = find_argument(call->name, type, name, constant);
        call->arguments[n] = argument;
        call->takes_path = call->takes_path || (argument.print == print_string && constant &&
                                                strcmp(name, "name") != 0);
        call->takes_descriptor = call->takes_descriptor || is_descriptor(type, name);
        text += size;
        text += *text == ',';
    }
}

static void make_table(void)
{
    static bool made;
    if (made) {
        return;
    }
    made = true;
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        if (calls[number].name != NULL) {
            calls[number].parameters = parameters[number];
            describe(&calls[number], parameters[number]);
        }
    }
    for (size_t i = 0; i < sizeof(makers_of_descriptors) / sizeof(makers_of_descriptors[0]); i++) {
        calls[makers_of_descriptors[i]].takes_descriptor = true;
    }
    calls[NUMBER_getcwd].takes_path = true;
}

const struct call *call_by_number(unsigned number)
{
    make_table();
    return number < CALL_NUMBERS && calls[number].name != NULL ? &calls[number] : NULL;
}

/* Families, as strace has them; those of files and descriptors follow from the parameters. */
enum family { FAMILY_FILE, FAMILY_DESCRIPTOR, FAMILY_MEMBERS };

#define N(name) NUMBER_##name
static const uint16_t memory_calls[] = {N(mmap),          N(mprotect),      N(munmap),
                                        N(brk),           N(mremap),        N(msync),
                                        N(mincore),       N(madvise),       N(mlock),
                                        N(munlock),       N(mlockall),      N(munlockall),
                                        N(mlock2),        N(shmat),         N(shmdt),
                                        N(mbind),         N(set_mempolicy), N(get_mempolicy),
                                        N(migrate_pages), N(move_pages),    N(remap_file_pages),
                                        N(pkey_mprotect)};
static const uint16_t process_calls[] = {N(clone),
                                         N(fork),
                                         N(vfork),
                                         N(execve),
                                         N(exit),
                                         N(wait4),
                                         N(kill),
                                         N(tkill),
                                         N(exit_group),
                                         N(tgkill),
                                         N(waitid),
                                         N(execveat),
                                         N(rt_sigqueueinfo),
                                         N(rt_tgsigqueueinfo),
                                         N(clone3),
                                         N(unshare),
                                         N(arch_prctl),
                                         N(pidfd_send_signal)};
static const uint16_t signal_calls[] = {N(rt_sigaction),
                                        N(rt_sigprocmask),
                                        N(rt_sigreturn),
                                        N(pause),
                                        N(kill),
                                        N(rt_sigpending),
                                        N(rt_sigtimedwait),
                                        N(rt_sigqueueinfo),
                                        N(rt_sigsuspend),
                                        N(sigaltstack),
                                        N(tkill),
                                        N(signalfd),
                                        N(signalfd4),
                                        N(tgkill),
                                        N(rt_tgsigqueueinfo),
                                        N(pidfd_send_signal)};
static const uint16_t network_calls[] = {
    N(socket),      N(connect),     N(accept),     N(sendto),     N(recvfrom),
    N(sendmsg),     N(recvmsg),     N(shutdown),   N(bind),       N(listen),
    N(getsockname), N(getpeername), N(socketpair), N(setsockopt), N(getsockopt),
    N(accept4),     N(recvmmsg),    N(sendmmsg),   N(sendfile)};
static const uint16_t ipc_calls[] = {N(shmget), N(shmat),  N(shmctl), N(semget),
                                     N(semop),  N(semctl), N(shmdt),  N(msgget),
                                     N(msgsnd), N(msgrcv), N(msgctl), N(semtimedop)};
#undef N

#define MEMBERS(list) FAMILY_MEMBERS, list, sizeof(list) / sizeof((list)[0])
static const struct {
    const char *name;
    enum family kind;
    const uint16_t *members;
    size_t count;
} families[] = {
    {"file", FAMILY_FILE, NULL, 0},    {"desc", FAMILY_DESCRIPTOR, NULL, 0},
    {"memory", MEMBERS(memory_calls)}, {"process", MEMBERS(process_calls)},
    {"signal", MEMBERS(signal_calls)}, {"network", MEMBERS(network_calls)},
    {"ipc", MEMBERS(ipc_calls)},
};
#define NR_FAMILIES (sizeof(families) / sizeof(families[0]))

static void add_number(struct call_set *set, unsigned number)
{
    set->bits[number / 8] |= (uint8_t)(1 << number % 8);
}

static void add_family(struct call_set *set, size_t family)
{
    for (size_t i = 0; i < families[family].count; i++) {
        add_number(set, families[family].members[i]);
    }
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        if ((families[family].kind == FAMILY_FILE && calls[number].takes_path) ||
            (families[family].kind == FAMILY_DESCRIPTOR && calls[number].takes_descriptor)) {
            add_number(set, number);
        }
    }
}

/* Adds what a word names; a family may have strace's `%`. False: nothing has that name. */
static bool add_word(struct call_set *set, const char *word)
{
    for (size_t i = 0; i < NR_FAMILIES; i++) {
        if (strcmp(word + (word[0] == '%'), families[i].name) == 0) {
            add_family(set, i);
            return true;
        }
    }
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        if (calls[number].name != NULL && strcmp(calls[number].name, word) == 0) {
            add_number(set, number);
            return true;
        }
    }
    return false;
}

/* How many letters differ, are missing or too many (Levenshtein); at most PARAMETER_MAX. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[PARAMETER_MAX];
    size_t length = strlen(b);
    if (length >= PARAMETER_MAX || strlen(a) >= PARAMETER_MAX) {
        return PARAMETER_MAX;
    }
    for (size_t j = 0; j <= length; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= length; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[length];
}

/* Close enough to have been meant: two slips, or one is the beginning of the other. */
static bool is_near(const char *word, const char *name)
{
    size_t size = strlen(word);
    return distance(word, name) <= (size > 3 ? 2 : 1) ||
           (size >= 3 && strncmp(word, name, size) == 0);
}

static int refuse(const char *word)
{
    char near[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < NR_FAMILIES + CALL_NUMBERS; i++) {
        const char *name = i < NR_FAMILIES ? families[i].name : calls[i - NR_FAMILIES].name;
        if (name != NULL && is_near(word, name) && used + strlen(name) + 3 < sizeof(near)) {
            used += (size_t)snprintf(near + used, sizeof(near) - used, "%s%s",
                                     used == 0 ? "" : ", ", name);
        }
    }
    if (used != 0) {
        return fail("--trace: no system call or family '%s'; near it: %s", word, near);
    }
    return fail("--trace: no system call or family '%s' (families: file, desc, memory, process, "
                "signal, network, ipc)",
                word);
}

int call_set_parse(struct call_set *set, const char *text)
{
    bool inverse = text == NULL || text[0] == '!';
    make_table();
    *set = (struct call_set){0};
    char *copy = strdup(text == NULL ? "" : text + inverse), *save = NULL;
    if (copy == NULL) {
        return fail("out of memory");
    }
    if (text != NULL && copy[0] == '\0') {
        free(copy);
        return fail("--trace='%s': names no system call", text);
    }
    int result = 0;
    for (char *word = strtok_r(copy, ",", &save); word != NULL && result == 0;
         word = strtok_r(NULL, ",", &save)) {
        result = add_word(set, word) ? 0 : refuse(word);
    }
    free(copy);
    for (size_t i = 0; inverse && i < sizeof(set->bits); i++) {
        set->bits[i] = (uint8_t)~set->bits[i];
    }
    return result;
}
