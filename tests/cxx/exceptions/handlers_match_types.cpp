/* Which handler takes what: conversions of pointers, bases public, private, virtual and
 * ambiguous, nullptr, functions and arrays, member pointers, cv-qualifiers. */
#include "../check.h"

#include <string>

namespace
{
struct top {
    virtual ~top() = default;
    int number = 1;
};
struct a : virtual top {
};
struct b : virtual top {
};
struct both : a, b {
};
struct c : top {
};
struct d : top {
};
struct ambiguous : c, d {
};
struct hidden : private top {
};

template <class Thrown, class... Handlers> struct match;

template <class Thrown, class First, class... Rest> struct match<Thrown, First, Rest...> {
    static int position(Thrown value, int at)
    {
        /* The first handler that takes it: each is tried alone. */
        try {
            throw value;
        } catch (First) {
            return at;
        } catch (...) {
            return match<Thrown, Rest...>::position(value, at + 1);
        }
    }
};
template <class Thrown> struct match<Thrown> {
    static int position(Thrown, int)
    {
        return -1;
    }
};

template <class... Handlers, class Thrown> void show(const char *name, Thrown value)
{
    std::printf("%s: %d\n", name, match<Thrown, Handlers...>::position(value, 0));
}

void function()
{
}
} // namespace

int main()
{
    both whole;
    static const int constant = 5;
    show<int, a &, top &>("virtual base", whole);
    show<c *, top *>("base of pointer", static_cast<both *>(&whole));
    show<top &, const c &>("ambiguous base", ambiguous());
    show<top &, hidden &>("private base", hidden());
    show<int *, const int *>("const is not lost", &constant);
    show<const volatile int *>("const is added", const_cast<int *>(&constant));
    show<void *, const void *>("void pointer", &constant);
    show<int, int both::*, int *>("nullptr as a pointer", nullptr);
    show<int, void (both::*)()>("nullptr as a member", nullptr);
    show<long, unsigned, char, int>("no promotions", 1);
    show<void *, void (*)()>("function", &function);
    show<std::string, char *, const char *>("literal", static_cast<const char *>("text"));
    show<const int **, const int *const *>("two levels", static_cast<int **>(nullptr));
    show<int top::*, int a::*>("member of a base", &top::number);
    try {
        throw whole;
    } catch (top &object) {
        CHECK(dynamic_cast<both *>(&object) != nullptr && object.number == 1);
    }
    return check_done();
}
