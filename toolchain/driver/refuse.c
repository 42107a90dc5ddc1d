/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options that would link and then do nothing, since they need a run-time library that is not built
 * for Hermit: refused in a sentence. One thread, no locks.
 */
#include "driver.h"

#include <string.h>

/* With the end as here, or with "=…" behind it; -fno-… takes a -f… back. */
static const char *const refused[] = {
    "-pg",
    "--coverage",
    "-coverage",
    "-fprofile-arcs",
    "-fprofile-generate",
    "-fprofile-instr-generate",
    "-fcs-profile-generate",
    "-fxray-instrument",
    "-fmemory-profile",
    "-fsplit-stack",
    "-fsanitize",
    "-fsanitize-coverage",
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

/* Checks of undefined behaviour that end in a trap call nothing; a partial list the linker sees. */
static bool traps(const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (is_option(words->item[i], "-fsanitize-trap") ||
            strcmp(words->item[i], "-fsanitize-undefined-trap-on-error") == 0)
            return true;
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

void refuse_what_cannot_work(const struct words *words)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const char *use = last_use(words, refused[i]);
        bool sanitizes = strcmp(refused[i], "-fsanitize") == 0;
        if (use != NULL && !(sanitizes && traps(words)))
            fail("%s is not supported: it needs a run-time library that Hermit does not have yet",
                 use);
    }
}
