/* One type is one type in all object files, by inline definitions and templates; types of unnamed
 * namespaces are different though their names are equal. Exceptions are matched alike. */
#include "../check.h"

#include "types_are_equal_across_objects.parts/shared.h"

#include <typeindex>
#include <unordered_map>

namespace
{
struct local : shape {
    int number = 1;
};
} // namespace

int main()
{
    shape *theirs = make_theirs(), *boxed = make_boxed();
    local ours;
    CHECK(typeid(*theirs) != typeid(ours));
    CHECK(dynamic_cast<local *>(theirs) == nullptr);
    CHECK(std::strcmp(typeid(*boxed).name(), typeid(boxed_shape<long>).name()) == 0);
    CHECK(typeid(*boxed) == typeid(boxed_shape<long>));
    CHECK(dynamic_cast<boxed_shape<long> *>(boxed) != nullptr);
    CHECK(dynamic_cast<boxed_shape<int> *>(boxed) == nullptr);
    std::printf("%s\n", typeid(*boxed).name());

    std::unordered_map<std::type_index, int> numbers;
    numbers[typeid(shape)] = 1;
    numbers[typeid(boxed_shape<long>)] = 2;
    numbers[typeid(ours)] = 3;
    std::printf("%d, %zu with theirs\n", numbers[their_type_of_boxed()], numbers.size());

    try {
        throw_theirs();
    } catch (const local &) {
        std::puts("taken for ours");
    } catch (const boxed_shape<int> &) {
        std::puts("taken for another template");
    } catch (const shape &object) {
        std::printf("caught as the common base, %d\n", object.kind());
    }
    delete theirs;
    delete boxed;
    return check_done();
}
