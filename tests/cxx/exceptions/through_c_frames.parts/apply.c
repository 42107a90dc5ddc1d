/* build: -fexceptions */
/* The C half: frames with a stack of variable size, which need a frame pointer to unwind. Without
 * the option the optimiser may take C's functions for such that throw nothing, with -flto also
 * where C++ calls them. */
#include <string.h>

long c_apply(long (*function)(void *, long), void *argument, long depth);

static long descend(long (*function)(void *, long), void *argument, long depth, long left)
{
    char room[16 * left + 16];
    long result;

    memset(room, (int)left, sizeof(room));
    result = left == 0 ? function(argument, depth) : descend(function, argument, depth, left - 1);
    return result + room[sizeof(room) - 1];
}

long c_apply(long (*function)(void *, long), void *argument, long depth)
{
    return descend(function, argument, depth, depth);
}
