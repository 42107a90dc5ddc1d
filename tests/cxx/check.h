/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks shared by the programs under tests/cxx. A program prints what it found; the same source
 * runs on Linux, with glibc and libc++, and under Hermit, and both outputs must be equal: nothing
 * printed may depend on addresses, ids, times, or the C library's wording of messages. Every
 * function may be called by any thread.
 */
#ifndef TESTS_CXX_CHECK_H
#define TESTS_CXX_CHECK_H

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

inline std::atomic<int> check_failures;

/* Reports a failed check on stdout; returns `ok`. */
inline bool check_report(bool ok, const char *text, const char *file, int line)
{
    if (ok)
        return true;
    const char *name = std::strrchr(file, '/');
    std::printf("%s:%d: not so: %s\n", name ? name + 1 : file, line, text);
    std::fflush(stdout);
    check_failures++;
    return false;
}

/* CHECK goes on after a failure, REQUIRE ends the program with status 1. */
#define CHECK(...) check_report(bool(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)
#define REQUIRE(...)                                                                               \
    do {                                                                                           \
        if (!CHECK(__VA_ARGS__))                                                                   \
            _exit(1);                                                                              \
    } while (0)

/* The statement throws an exception of the type, or of one derived from it. */
#define CHECK_THROWS(type, ...)                                                                    \
    do {                                                                                           \
        bool check_thrown = false;                                                                 \
        try {                                                                                      \
            __VA_ARGS__;                                                                           \
        } catch (const type &) {                                                                   \
            check_thrown = true;                                                                   \
        }                                                                                          \
        check_report(check_thrown, #__VA_ARGS__ " throws " #type, __FILE__, __LINE__);             \
    } while (0)

/* The last line of main: 0 if every check held. */
inline int check_done()
{
    if (check_failures == 0)
        std::puts("all as promised");
    return check_failures != 0;
}

/* Keeps the optimiser from knowing what `value` is. */
template <class T> inline T opaque(T value)
{
    asm volatile("" : "+r"(value)::"memory");
    return value;
}

/* Prints its name when it is destroyed. */
struct told_end {
    const char *name;

    ~told_end()
    {
        std::printf("-%s\n", name);
    }
};

/* For programs that end by std::terminate: its message, on stderr, is compared as output, and the
 * C library's own buffer is not lost with it. */
inline void stderr_is_output()
{
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    dup2(STDOUT_FILENO, STDERR_FILENO);
}

/* Makes a fresh folder the working folder. */
inline void enter_scratch()
{
    static char path[256];
    const char *base = std::getenv("TEST_SCRATCH");

    std::snprintf(path, sizeof(path), "%s/test.XXXXXX", base ? base : "/tmp");
    REQUIRE(mkdtemp(path) != nullptr);
    REQUIRE(chdir(path) == 0);
}

#endif
