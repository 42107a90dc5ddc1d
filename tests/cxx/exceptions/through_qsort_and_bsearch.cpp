/* The C library's own frames do not stop an exception: one thrown by a comparison passes through
 * qsort, bsearch, lfind and twalk to the caller, and the functions work again afterwards. */
#include "../check.h"

#include <search.h>
#include <stdexcept>

namespace
{
int calls;

int compare(const void *left, const void *right)
{
    int a = *static_cast<const int *>(left), b = *static_cast<const int *>(right);
    if (++calls == 7 || a == -1 || b == -1)
        throw std::domain_error("compared");
    return (a > b) - (a < b);
}

int compare_calmly(const void *left, const void *right)
{
    int a = *static_cast<const int *>(left), b = *static_cast<const int *>(right);
    return (a > b) - (a < b);
}

void visit(const void *, VISIT, int)
{
    throw std::domain_error("visited");
}
} // namespace

int main()
{
    int numbers[64];
    for (int i = 0; i < 64; i++)
        numbers[i] = i * 37 % 64;
    try {
        std::qsort(numbers, 64, sizeof(int), compare);
        CHECK(!"reached");
    } catch (const std::domain_error &error) {
        std::printf("qsort: %s after %d calls\n", error.what(), calls);
    }
    std::qsort(numbers, 64, sizeof(int), compare_calmly);
    for (int i = 1; i < 64; i++)
        CHECK(numbers[i - 1] <= numbers[i]);

    int key = -1;
    CHECK_THROWS(std::domain_error, std::bsearch(&key, numbers, 64, sizeof(int), compare));
    size_t count = 64;
    CHECK_THROWS(std::domain_error, lfind(&key, numbers, &count, sizeof(int), compare));

    void *root = nullptr;
    for (int &number : numbers)
        REQUIRE(tsearch(&number, &root, compare_calmly) != nullptr);
    CHECK_THROWS(std::domain_error, twalk(root, visit));
    for (int &number : numbers)
        CHECK(tdelete(&number, &root, compare_calmly) != nullptr);
    return check_done();
}
