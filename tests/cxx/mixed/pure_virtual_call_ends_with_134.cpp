/* test: cpus=1,4 status=134 */
/* A pure virtual function that a constructor reaches ends the process, with a message. */
#include "../check.h"

namespace
{
struct base {
    base()
    {
        indirectly(this);
    }
    virtual ~base() = default;
    virtual void pure() = 0;

    [[gnu::noinline]] static void indirectly(base *self)
    {
        opaque(self)->pure();
    }
};

struct derived : base {
    void pure() override
    {
    }
};
} // namespace

int main()
{
    stderr_is_output();
    std::puts("before");
    derived object;
    std::puts("not reached");
}
