/* source_location names file, line and function: of the caller as a default argument, in
 * constructors, templates, lambdas and at compile time. */
#include "../check.h"

#include <source_location>

namespace
{
void show(const char *what, std::source_location where = std::source_location::current())
{
    const char *name = std::strrchr(where.file_name(), '/');
    std::printf("%s: %s:%u:%u %s\n", what, name ? name + 1 : where.file_name(), where.line(),
                where.column(), where.function_name());
}

struct object {
    std::source_location made = std::source_location::current();

    object()
    {
        show("constructor");
    }
    template <class T> void method(T)
    {
        show("template");
    }
    ~object()
    {
        show("destructor");
    }
};
} // namespace

int main()
{
    show("main");
    object one;
    one.method(1);
    one.method("text");
    show("member", one.made);
    [] { show("lambda"); }();
    constexpr auto here = std::source_location::current();
    static_assert(here.line() != 0);
#line 1000 "elsewhere.cpp"
    show("another line");
    return check_done();
}
