/* build: -fno-exceptions -fno-rtti -fno-lto */
/* Link-time optimisation takes these functions at their word, on Linux, too: they throw nothing, so
 * a caller's handler goes. */
#include "shared.h"

#include <new>

namespace
{
int deleted;

struct plain_worker final : worker {
    int work(int value) override
    {
        return value + 1;
    }
    ~plain_worker() override
    {
        deleted++;
    }
};
} // namespace

worker *make_worker()
{
    return new plain_worker;
}

int workers_deleted()
{
    return deleted;
}

int run_worker(worker *who, int value)
{
    return who->work(value) + 1;
}

std::string text_without_exceptions(int value)
{
    return "value " + std::to_string(value) + std::string(30, '.');
}

void *allocate_without_exceptions(size_t size)
{
    return ::operator new(size);
}

int calm(int (*function)())
{
    return function() + 1;
}
