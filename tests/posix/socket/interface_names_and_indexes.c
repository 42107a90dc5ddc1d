/* SPDX-License-Identifier: BSD-3-Clause */
/* if_nametoindex, if_indextoname and if_nameindex know the loopback interface. */
#include "route.h"

int main(void)
{
    char name[IF_NAMESIZE];
    unsigned seen = 0;

    printf("lo is %u\n", if_nametoindex("lo"));
    CHECK(if_indextoname(LOOPBACK, name) == name && strcmp(name, "lo") == 0);
    CHECK(if_nametoindex("none-such") == 0 && errno == ENODEV);
    CHECK(if_nametoindex("") == 0 && errno == ENODEV);
    CHECK(if_indextoname(0, name) == NULL && errno == ENXIO);
    CHECK(if_indextoname(4711, name) == NULL && errno == ENXIO);
    CHECK(if_indextoname((unsigned)-1, name) == NULL && errno == ENXIO);
    struct if_nameindex *all = if_nameindex();
    REQUIRE(all != NULL);
    for (struct if_nameindex *i = all; i->if_index != 0; i++) {
        seen += strcmp(i->if_name, "lo") == 0;
        CHECK(if_nametoindex(i->if_name) == i->if_index);
    }
    printf("first is %s, seen %u times\n", all[0].if_name, seen);
    if_freenameindex(all);
    return check_done();
}
