/* Objects compiled without exceptions and without RTTI link with others: their virtual functions
 * work across, and a `new` of theirs that fails still throws for the caller who catches. */
#include "../check.h"

#include <new>
#include <stdexcept>
#include <string>

#include "without_exceptions_and_rtti.parts/shared.h"

namespace
{
struct ours : worker {
    int work(int value) override
    {
        return value * 10;
    }
};
} // namespace

int main()
{
    worker *theirs = make_worker();
    ours own;
    std::printf("%d %d\n", theirs->work(5), run_worker(&own, 5));
    std::printf("%s\n", text_without_exceptions(3).c_str());
    delete theirs;
    std::printf("%d deleted\n", workers_deleted());
    CHECK_THROWS(std::bad_alloc, allocate_without_exceptions(opaque(size_t(1) << 60)));
    try {
        throw std::runtime_error("here exceptions work");
    } catch (const std::exception &error) {
        std::printf("%s\n", error.what());
    }
    std::printf("%d\n", calm([] { return 7; }));
    return check_done();
}
