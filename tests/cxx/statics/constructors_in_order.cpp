/* Objects with static storage are made by priority, then in their order in the file, and destroyed
 * in reverse, with functions of atexit at the places where they were registered. Inline variables
 * and static members of templates of two files are made once. */
#include "constructors_in_order.parts/named.h"

static named third("third");
[[gnu::init_priority(300)]] static named second("priority 300");
[[gnu::init_priority(200)]] static named first("priority 200");
static named fourth("fourth");

static int by_function = [] {
    std::puts("+by a function");
    std::atexit([] { std::puts("atexit of a constructor"); });
    return 1;
}();

[[gnu::constructor(101)]] static void earliest()
{
    std::puts("+constructor 101");
}

[[gnu::destructor(101)]] static void latest()
{
    std::puts("-destructor 101");
}

int main(int argc, char **)
{
    std::puts("main");
    std::atexit([] { std::puts("atexit of main"); });
    static named local("local of main");
    std::atexit([] { std::puts("atexit after the local"); });
    std::printf("counter %d, %d, %d\n", shared_counter, by_function, other_file());
    std::printf("template %d\n", templated<int>::object.value);
    if (argc < 0)
        std::printf("%d\n", templated<long>::object.value); /* made all the same */
    return check_done();
}
