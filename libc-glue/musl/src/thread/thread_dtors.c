/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Destructors of C++'s thread_local objects (__cxa_thread_atexit_impl, as glibc has it). They run,
 * last made first, when the thread ends, before those of pthread keys, and in the thread that calls
 * exit, before all functions of atexit. libc++abi's own way, by a key and a static object, runs
 * main's among the functions of atexit. Each thread has a list of its own: there is no lock.
 */
#include <features.h>
#include <stdlib.h>
#include <unistd.h>

struct destructor {
    void (*function)(void *);
    void *object;
    struct destructor *next;
};

static _Thread_local struct destructor *last;

/* Links atexit.c with this file: its __funcs_on_exit calls __run_thread_dtors. */
static __attribute__((used)) int (*const links_atexit)(void (*)(void)) = atexit;

/*
 * Registers function(object) for the end of the calling thread; returns 0. The module is not asked
 * for: nothing is ever unloaded. Compiled code does not look at the result, so that without memory
 * the program ends, as with glibc, rather than lose a destructor.
 */
int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *module)
{
    static const char no_memory[] = "out of memory for a thread-local object's destructor\n";
    struct destructor *fresh = malloc(sizeof(*fresh));

    (void)module;
    if (fresh == NULL) {
        write(STDERR_FILENO, no_memory, sizeof(no_memory) - 1);
        abort();
    }
    *fresh = (struct destructor){function, object, last};
    last = fresh;
    return 0;
}

/* A destructor may make new objects, which are destroyed next, or call exit. */
hidden void __run_thread_dtors(void)
{
    while (last != NULL) {
        struct destructor first = *last;

        free(last);
        last = first.next;
        first.function(first.object);
    }
}
