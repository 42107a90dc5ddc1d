/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 env="FIRST=1 EMPTY= 'SPACED=a b' EQUALS=a=b=c" */
/* Environment variables arrive and can be changed. */
#include "check.h"

extern char **environ;

static void show(const char *name)
{
    const char *value = getenv(name);

    printf("%s: %s\n", name, value ? value : "(unset)");
}

int main(void)
{
    show("FIRST");
    show("EMPTY");
    show("SPACED");
    show("EQUALS");
    show("ABSENT");
    CHECK(setenv("FIRST", "changed", 0) == 0);
    show("FIRST");
    CHECK(setenv("FIRST", "changed", 1) == 0 && unsetenv("EMPTY") == 0);
    show("FIRST");
    show("EMPTY");
    CHECK(putenv("NEW=put") == 0);
    show("NEW");
    CHECK_ERRNO(setenv("A=B", "x", 1), EINVAL);
    CHECK(clearenv() == 0 && (environ == NULL || environ[0] == NULL));
    show("FIRST");
    return check_done();
}
