/* SPDX-License-Identifier: BSD-3-Clause */
/* root, nobody and the program's user are found by name and number; others are not. */
#include "check.h"

#include <grp.h>
#include <pwd.h>

static void user(const struct passwd *u)
{
    if (u == NULL)
        puts("no such user");
    else
        printf("%s %d:%d\n", u->pw_name, (int)u->pw_uid, (int)u->pw_gid);
}

static void group(const struct group *g)
{
    if (g == NULL)
        puts("no such group");
    else
        printf("%s %d\n", g->gr_name, (int)g->gr_gid);
}

int main(void)
{
    const struct passwd *own = getpwuid(geteuid());

    CHECK(own != NULL && own->pw_uid == geteuid() && own->pw_dir[0] == '/');
    user(getpwnam("root"));
    user(getpwnam("nobody"));
    user(getpwuid(65534));
    group(getgrnam("root"));
    group(getgrgid(65534));
    user(getpwnam("who is this"));
    group(getgrnam("what is this"));
    return check_done();
}
