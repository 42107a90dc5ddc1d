/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options that need a run-time library: which one, or that there is none for Hermit. Those would
 * link and then do nothing: refused in a sentence. One thread, no locks.
 */
#include "driver.h"

#include <string.h>

/* With the end as here, or with "=…" behind it; -fno-… takes a -f… back. */
static const struct {
    const char *option;
    unsigned run_times; /* RUN_TIME_*; 0: there is none */
} needy[] = {
    {"--coverage", RUN_TIME_PROFILE},
    {"-coverage", RUN_TIME_PROFILE},
    {"-fprofile-arcs", RUN_TIME_PROFILE},
    {"-fprofile-generate", RUN_TIME_PROFILE | RUN_TIME_PROFILE_HOOK},
    {"-fprofile-instr-generate", RUN_TIME_PROFILE | RUN_TIME_PROFILE_HOOK},
    {"-fcs-profile-generate", RUN_TIME_PROFILE | RUN_TIME_PROFILE_HOOK},
    {"-fsanitize", RUN_TIME_UBSAN},
    {"-pg", 0},
    {"-fxray-instrument", 0},
    {"-fmemory-profile", 0},
    {"-fsplit-stack", 0},
    {"-fsanitize-coverage", 0},
};

/* Sanitizers that are code alone. */
static const char *const without_library[] = {"cfi", "kcfi", "shadow-call-stack"};

static bool is_option(const char *word, const char *option)
{
    size_t length = strlen(option);

    return strncmp(word, option, length) == 0 && (word[length] == '\0' || word[length] == '=');
}

/* Whether this is "-fsanitize=a,b,c" and all of them need no library. */
static bool needs_no_library(const char *word)
{
    const char *at = strchr(word, '=');

    if (!is_option(word, "-fsanitize"))
        return false;

    while (at != NULL) {
        bool free = false;
        size_t length = strcspn(++at, ",");
        for (size_t i = 0; i < sizeof(without_library) / sizeof(without_library[0]); i++) {
            size_t known = strlen(without_library[i]);
            free = free || (known <= length && strncmp(at, without_library[i], known) == 0 &&
                            (known == length || at[known] == '-'));
        }
        if (!free)
            return false;
        at = strchr(at, ',');
    }
    return true;
}

/* Whether all checks of undefined behaviour end in a trap, which calls nothing. */
static bool traps(const struct words *words)
{
    static const char *const all[] = {"-fsanitize-trap", "-fsanitize-trap=all",
                                      "-fsanitize-trap=undefined",
                                      "-fsanitize-undefined-trap-on-error"};

    for (size_t i = 0; i < words->count; i++) {
        for (size_t j = 0; j < sizeof(all) / sizeof(all[0]); j++) {
            if (strcmp(words->item[i], all[j]) == 0)
                return true;
        }
    }
    return false;
}

/* The last word that switches `option` on and is not taken back; NULL: none. */
static const char *last_use(const struct words *words, const char *option)
{
    const char *use = NULL, *negative = format_text("-fno-%s", option + 2);

    for (size_t i = 0; i < words->count; i++) {
        if (is_option(words->item[i], option) && !needs_no_library(words->item[i]))
            use = words->item[i];
        else if (option[1] == 'f' && is_option(words->item[i], negative))
            use = NULL;
    }
    return use;
}

unsigned needed_run_times(const struct words *words)
{
    unsigned needed = 0;

    for (size_t i = 0; i < sizeof(needy) / sizeof(needy[0]); i++) {
        const char *use = last_use(words, needy[i].option);
        bool sanitizes = needy[i].run_times == RUN_TIME_UBSAN;
        if (use == NULL || (sanitizes && traps(words)))
            continue;
        if (needy[i].run_times == 0)
            fail("%s is not supported: it needs a run-time library that Hermit does not have yet",
                 use);
        needed |= needy[i].run_times;
    }
    return needed;
}
