/* The other object: its `local` is another type than the main program's. */
#include "shared.h"

namespace
{
struct local : shape {
    double number = 2;

    int kind() const override
    {
        return 77;
    }
};
} // namespace

shape *make_theirs()
{
    return new local;
}

shape *make_boxed()
{
    return new boxed_shape<long>;
}

std::type_index their_type_of_boxed()
{
    return typeid(boxed_shape<long>);
}

void throw_theirs()
{
    throw local();
}
