/* When a constructor throws, members, bases and array elements that were complete are destroyed in
 * reverse, and the memory goes to the matching operator delete. */
#include "../check.h"

#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

namespace
{
int made, limit;

struct part {
    int number;

    part() : number(++made)
    {
        if (number == limit)
            throw std::runtime_error("enough");
    }
    part(const part &) : part()
    {
    }
    ~part()
    {
        std::printf(" ~%d", number);
    }
};

struct virtual_base : part {
};
struct left : virtual virtual_base {
    part own;
};
struct right : virtual virtual_base {
    part own;
};
struct whole : left, right {
    part last;
};

struct counted {
    static inline int memory;
    part own[3];

    static void *operator new(size_t size, int)
    {
        memory++;
        return std::malloc(size);
    }
    static void operator delete(void *p, int)
    {
        memory--;
        std::free(p);
    }
    static void operator delete(void *p)
    {
        memory += 100;
        std::free(p);
    }
};

template <class Body> void attempt(const char *name, int last, Body body)
{
    made = 0;
    limit = last;
    std::printf("%s:", name);
    try {
        body();
        std::printf(" complete");
    } catch (const std::runtime_error &) {
    }
    std::printf("\n");
}

struct function_try {
    part own;

    function_try(int)
    try : own() {
        throw std::runtime_error("body");
    } catch (...) {
        std::printf(" handler");
    }
};
} // namespace

int main()
{
    attempt("array", 5, [] { std::unique_ptr<part[]> all(new part[8]); });
    for (int last = 1; last <= 5; last++)
        attempt("virtual bases", last, [] { whole object; });
    attempt("placement", 3, [] { delete new (7) counted; });
    std::printf("memory: %d\n", counted::memory);
    attempt("vector copy", 7, [] { std::vector<part> from(4), to(from); });
    attempt("2 by 3", 5, [] { part grid[2][3]; });
    attempt("function try block", 0, [] { function_try object(1); });
    return check_done();
}
