/* to_chars writes the shortest text that from_chars or strtod reads back exactly, for 20,000
 * patterns of bits; integers in all bases; errors and their positions. */
#include "../check.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace
{
uint64_t state = 1;

uint64_t random_bits()
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

std::string text_of(auto value, auto... how)
{
    char room[1100];
    auto [end, error] = std::to_chars(room, room + sizeof(room), value, how...);
    CHECK(error == std::errc());
    return std::string(room, end);
}
} // namespace

int main()
{
    size_t longest = 0, total = 0, exact = 0;
    for (int i = 0; i < 20000; i++) {
        double value = std::bit_cast<double>(random_bits());
        if (value != value || value - value != 0)
            continue;
        std::string text = text_of(value);
        longest = text.size() > longest ? text.size() : longest;
        total += text.size();
        exact += std::strtod(text.c_str(), nullptr) == value;
        float small = std::bit_cast<float>(uint32_t(state));
        if (small == small)
            CHECK(std::strtof(text_of(small).c_str(), nullptr) == small);
    }
    std::printf("%zu exact, longest %zu, total %zu\n", exact, longest, total);
    for (double value : {0.1, 1e23, 9007199254740993.0, 5e-324, 1.7976931348623157e308, -0.0})
        std::printf("%s %s %s\n", text_of(value).c_str(),
                    text_of(value, std::chars_format::hex).c_str(),
                    text_of(value, std::chars_format::scientific, 20).c_str());
    std::printf("%zu digits of 2^-1074\n", text_of(5e-324, std::chars_format::fixed, 1074).size());

    for (int base = 2; base <= 36; base++) {
        for (int64_t value : {INT64_MIN, int64_t(-1), int64_t(0), INT64_MAX}) {
            std::string text = text_of(value, base);
            int64_t back = 7;
            auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), back, base);
            CHECK(error == std::errc() && back == value && *end == '\0');
        }
    }
    std::printf("%s %s\n", text_of(INT64_MIN, 36).c_str(), text_of(UINT64_MAX, 2).c_str());
    for (const char *text : {"12x", "", "-", "+1", " 1", "300", "-129", "0x10"}) {
        signed char value = 77;
        auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
        std::printf("'%s': %d, %td read, %s\n", text, value, end - text,
                    error == std::errc()                      ? "good"
                    : error == std::errc::result_out_of_range ? "out of range"
                                                              : "invalid");
    }
    char tiny[2];
    CHECK(std::to_chars(tiny, tiny + 2, 100).ec == std::errc::value_too_large);
    return check_done();
}
