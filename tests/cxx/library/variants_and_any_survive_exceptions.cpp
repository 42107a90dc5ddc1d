/* Containers and sum types when element operations throw: the strong guarantee of push_back,
 * valueless variants, optional and any unchanged, function without a target, expected. */
#include "../check.h"

#include <any>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace
{
int countdown = -1, alive;

struct fragile {
    int value;

    explicit fragile(int given) : value(given)
    {
        step();
    }
    fragile(const fragile &other) : value(other.value)
    {
        step();
    }
    fragile &operator=(const fragile &other)
    {
        if (countdown >= 0 && countdown-- == 0)
            throw std::runtime_error("copy");
        value = other.value;
        return *this;
    }
    ~fragile()
    {
        alive--;
    }
    bool operator<(const fragile &other) const
    {
        return value < other.value;
    }

  private:
    static void step()
    {
        if (countdown >= 0 && countdown-- == 0)
            throw std::runtime_error("copy");
        alive++;
    }
};

template <class Body> bool fails_at(int step, Body body)
{
    countdown = step;
    try {
        body();
    } catch (const std::runtime_error &) {
        countdown = -1;
        return true;
    }
    countdown = -1;
    return false;
}
} // namespace

int main()
{
    {
        std::vector<fragile> all;
        for (int i = 0; i < 8; i++)
            all.emplace_back(i);
        all.shrink_to_fit();
        int failures = 0;
        for (int step = 0; step < 20; step++) {
            std::vector<fragile> copy;
            copy.reserve(all.size());
            copy = all;
            size_t capacity = copy.capacity();
            if (fails_at(step, [&] { copy.push_back(fragile(100)); })) {
                failures++;
                CHECK(copy.size() == 8 && copy.capacity() == capacity && copy[7].value == 7);
            }
        }
        std::printf("push_back failed %d times\n", failures);
        std::map<int, fragile> tree;
        for (int i = 0; i < 10; i++)
            fails_at(i % 3 == 0 ? 0 : -1, [&] { tree.emplace(i, fragile(i)); });
        std::printf("map has %zu\n", tree.size());

        std::variant<std::string, fragile> either = "text";
        CHECK(fails_at(0, [&] { either.emplace<fragile>(1); }));
        std::printf("valueless %d, index %zd\n", either.valueless_by_exception(),
                    ssize_t(either.index()));
        CHECK_THROWS(std::bad_variant_access, std::visit([](auto &) {}, either));
        either = "again";
        std::optional<fragile> maybe(5);
        CHECK(fails_at(0, [&] { maybe = fragile(6); }) && maybe->value == 5);
        std::any anything = fragile(7);
        CHECK(fails_at(1, [&] { anything = fragile(8); }));
        std::printf("any holds %d\n", std::any_cast<fragile &>(anything).value);
        CHECK_THROWS(std::bad_any_cast, std::any_cast<int>(anything));
        CHECK_THROWS(std::bad_optional_access, std::optional<int>().value());
        CHECK_THROWS(std::bad_function_call, std::function<void()>()());
        CHECK_THROWS(std::out_of_range, all.at(8));
        CHECK_THROWS(std::out_of_range, std::stoi("99999999999"));
        CHECK_THROWS(std::invalid_argument, std::stoi("none"));
    }
    std::printf("%d alive\n", alive);
    return check_done();
}
