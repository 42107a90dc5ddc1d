/* What two objects define inline is one: variables, statics of inline functions and templates,
 * functions' addresses, lambdas' statics; a weak definition gives way to a strong one. */
#include "../check.h"

#include "inline_objects_are_one.parts/shared.h"

const char *which()
{
    return "strong";
}

int main()
{
    counter += 5;
    CHECK(&counter == other_counter() && *other_counter() == 5);
    CHECK(counted_call() == 1 && other_call() == 2 && counted_call() == 3);
    CHECK(&holder<int>::value == other_holder());
    CHECK(other_function() == &counted_call);
    CHECK(next_by_lambda() == 1 && other_lambda() == 2);
    own_of_thread = 9;
    CHECK(*other_own() == 9);
    std::printf("%s %s\n", which(), other_which());
    CHECK(&never_defined == nullptr);
    return check_done();
}
