/* test: cpus=1,4 mem=1G */
/* The new-handler is called until memory is there: the first time it frees a reserve, the second
 * it takes itself away, and bad_alloc is thrown. */
#include "../check.h"

#include <memory>
#include <new>

namespace
{
int calls;
size_t wanted = size_t(1) << 60;

void handler()
{
    calls++;
    std::printf("handler call %d\n", calls);
    if (calls == 2)
        wanted = 16; /* not seen by the call that is under way */
    if (calls == 3)
        std::set_new_handler(nullptr);
}

struct own_handler {
    static void *operator new(size_t size)
    {
        std::new_handler before = std::set_new_handler([] { throw std::bad_alloc(); });
        std::unique_ptr<void, void (*)(void *)> restore(
            reinterpret_cast<void *>(before),
            [](void *p) { std::set_new_handler(reinterpret_cast<std::new_handler>(p)); });
        return ::operator new(size + opaque(size_t(1) << 60));
    }
};
} // namespace

int main()
{
    std::set_new_handler(handler);
    CHECK(std::get_new_handler() == handler);
    CHECK_THROWS(std::bad_alloc, opaque(::operator new(wanted)));
    std::printf("%d calls\n", calls);
    CHECK(std::get_new_handler() == nullptr && wanted == 16);

    std::set_new_handler(handler);
    CHECK_THROWS(std::bad_alloc, new own_handler);
    CHECK(std::get_new_handler() == handler && calls == 3);
    calls = 2;
    CHECK(opaque(new (std::nothrow) char[opaque(size_t(1) << 60)]) == nullptr);
    std::printf("%d calls\n", calls);
    return check_done();
}
