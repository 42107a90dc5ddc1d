/* An exception passes 20 frames of five kinds, each with an object to destroy: plain, with a
 * variable-sized stack, with an over-aligned stack, with variable arguments, with many parameters
 * on the stack. The destructors run innermost first, and callee-saved registers come back. */
#include "../check.h"

#include <alloca.h>
#include <cstdarg>
#include <stdexcept>

namespace
{
int order[64], destroyed;

struct note {
    int depth;
    ~note()
    {
        order[destroyed++] = depth;
    }
};

void descend(int depth);

[[gnu::noinline]] void plain(int depth)
{
    note here{depth};
    descend(depth - 1);
}

[[gnu::noinline]] void with_alloca(int depth)
{
    note here{depth};
    char *room = static_cast<char *>(alloca(opaque(1000 + depth)));
    std::memset(room, depth, 1000);
    descend(depth - 1);
    CHECK(room[999] == 0); /* not reached */
}

[[gnu::noinline]] void over_aligned(int depth)
{
    note here{depth};
    alignas(128) char room[256];
    CHECK(reinterpret_cast<unsigned long>(opaque(&room[0])) % 128 == 0);
    descend(depth - 1);
}

[[gnu::noinline]] void variadic(int depth, ...)
{
    note here{depth};
    va_list list;
    va_start(list, depth);
    CHECK(va_arg(list, double) == depth + 0.5);
    va_end(list);
    descend(depth - 1);
}

[[gnu::noinline]] void many_parameters(int depth, long a, long b, long c, long d, long e, long f,
                                       double g, long h)
{
    note here{depth};
    CHECK(a + b + c + d + e + f + h == 28 && g == 1.5);
    descend(depth - 1);
}

[[gnu::noinline]] void descend(int depth)
{
    if (depth == 0)
        throw std::runtime_error("from the bottom");
    switch (depth % 5) {
    case 0:
        return plain(depth);
    case 1:
        return with_alloca(depth);
    case 2:
        return over_aligned(depth);
    case 3:
        return variadic(depth, depth + 0.5);
    default:
        return many_parameters(depth, 1, 2, 3, 4, 5, 6, 1.5, 7);
    }
}
} // namespace

int main()
{
    long kept[12];
    for (long &word : kept)
        word = opaque(&word - kept + 1L);
    for (int round = 0; round < 100; round++) {
        destroyed = 0;
        try {
            descend(20);
            CHECK(!"reached");
        } catch (const std::runtime_error &error) {
            CHECK(std::strcmp(error.what(), "from the bottom") == 0);
        }
        REQUIRE(destroyed == 20);
        for (int i = 0; i < 20; i++)
            CHECK(order[i] == i + 1);
    }
    for (int i = 0; i < 12; i++)
        CHECK(opaque(kept[i]) == i + 1);
    std::printf("%d destructors, first %d, last %d\n", destroyed, order[0], order[19]);
    return check_done();
}
