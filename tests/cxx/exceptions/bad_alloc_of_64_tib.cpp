/* What no machine has is refused by bad_alloc, a length that no container has by length_error, and
 * the heap is as usable as before. */
#include "../check.h"

#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

int main()
{
    size_t huge = opaque(size_t(64) << 40);

    for (int round = 0; round < 100; round++) {
        CHECK_THROWS(std::bad_alloc, opaque(::operator new(huge)));
        CHECK_THROWS(std::bad_alloc, opaque(new char[huge]));
        CHECK_THROWS(std::bad_alloc, opaque(::operator new(huge, std::align_val_t(4096))));
        CHECK(opaque(new (std::nothrow) char[huge]) == nullptr);
        CHECK_THROWS(std::bad_alloc, opaque(std::vector<char>(huge).data()));
    }
    CHECK_THROWS(std::bad_alloc, opaque(new long[opaque(SIZE_MAX / 4)]));
    CHECK_THROWS(std::length_error, opaque(std::vector<long>(opaque(SIZE_MAX / 4)).data()));
    CHECK_THROWS(std::length_error, opaque(std::string(opaque(SIZE_MAX - 1), 'x').data()));

    std::vector<std::unique_ptr<int[]>> many;
    for (int i = 0; i < 1000; i++)
        many.push_back(std::make_unique<int[]>(1000));
    for (auto &one : many)
        CHECK(one[999] == 0);
    return check_done();
}
