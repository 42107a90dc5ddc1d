/* dynamic_cast down, across and up in a lattice of virtual, repeated and private bases; during
 * construction and destruction the object is of the class that is being built. */
#include "../check.h"

#include <typeinfo>

namespace
{
struct root {
    int number = 0;
    virtual ~root() = default;
};
struct left : virtual root {
    char pad[3];
};
struct right : virtual root {
    double pad;
};
struct diamond : left, right {
};
struct repeated_a : root {
};
struct repeated_b : root {
};
struct repeated : repeated_a, repeated_b {
};
struct secret : private left, public right {
};
struct unrelated {
    virtual ~unrelated() = default;
};
struct tall : diamond, unrelated {
};

template <class To, class From> const char *cast(From *from)
{
    return dynamic_cast<To *>(opaque(from)) == nullptr ? "null" : "object";
}

struct announcing {
    announcing()
    {
        show("constructor of the base");
    }
    virtual ~announcing()
    {
        show("destructor of the base");
    }
    void show(const char *where);
};
struct announced : announcing {
    announced()
    {
        show("constructor of the derived");
    }
    ~announced() override
    {
        show("destructor of the derived");
    }
};

void announcing::show(const char *where)
{
    announcing *self = opaque(this);
    std::printf("%s: derived %s\n", where, cast<announced>(self));
}
} // namespace

int main()
{
    tall object;
    root *top = &object;
    std::printf("down to the whole: %s\n", cast<tall>(top));
    std::printf("down to a side: %s\n", cast<left>(top));
    std::printf("across: %s\n", cast<right>(static_cast<left *>(&object)));
    std::printf("across to another base: %s\n", cast<unrelated>(static_cast<right *>(&object)));
    std::printf("from another base: %s\n", cast<root>(static_cast<unrelated *>(&object)));
    CHECK(dynamic_cast<void *>(static_cast<unrelated *>(&object)) == &object);
    CHECK(dynamic_cast<root *>(static_cast<right *>(&object)) == top);

    repeated twice;
    unrelated alone;
    std::printf("ambiguous: %s\n", cast<repeated_b>(static_cast<repeated_a *>(&twice)));
    std::printf("no relation: %s\n", cast<root>(&alone));
    secret hidden;
    right *open = &hidden;
    std::printf("into a private base: %s\n", cast<left>(open));
    std::printf("through a private base: %s\n", cast<secret>(open));
    root &first = static_cast<repeated_a &>(twice);
    CHECK_THROWS(std::bad_cast, (void)dynamic_cast<tall &>(first));
    root *none = opaque<root *>(nullptr);
    CHECK(dynamic_cast<tall *>(none) == nullptr);
    CHECK_THROWS(std::bad_typeid, (void)typeid(*none).name());
    announced built;
    return check_done();
}
