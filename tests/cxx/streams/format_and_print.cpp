/* build: -std=c++23 */
/* std::format: every presentation type, nested widths, Unicode widths, errors at run time, user
 * types, ranges' absence of locale; results equal to charconv's shortest. */
#include "../check.h"

#include <format>
#include <limits>
#include <print>
#include <string>
#include <vector>

struct colour {
    unsigned char r, g, b;
};

template <> struct std::formatter<colour> {
    bool upper = false;

    constexpr auto parse(std::format_parse_context &context)
    {
        auto at = context.begin();
        if (at != context.end() && *at == 'X') {
            upper = true;
            ++at;
        }
        return at;
    }
    auto format(const colour &c, std::format_context &context) const
    {
        return upper ? std::format_to(context.out(), "#{:02X}{:02X}{:02X}", c.r, c.g, c.b)
                     : std::format_to(context.out(), "#{:02x}{:02x}{:02x}", c.r, c.g, c.b);
    }
};

int main()
{
    std::println("{0:d} {0:x} {0:#X} {0:o} {0:#b} {0:c} {1:+} {1: }", 65, 7);
    std::println("[{:<6}] [{:>6}] [{:^6}] [{:*^7}] [{:06}] [{:{}}]", 1, 2, 3, 4, -5, 6, 4);
    std::println("{} {} {} {}", 0.1, 1e100, 1.0, std::numeric_limits<double>::denorm_min());
    std::println("{:.3f} {:e} {:g} {:a} {:#.0f} {:+.{}f}", 2.0 / 3, 12345.678, 1e-5, 0.75, 3.0, 2.5,
                 1);
    std::println("{} {} {:010.2f}", std::numeric_limits<float>::infinity(), -std::nan(""),
                 -3.14159);
    std::println("{} {:s} {:?} {:.2}", "text", true, "tab\tquote\"\u20ac", "cut short");
    std::println("[{:6}] [{:6}] [{:*<4}]", "\u4e16\u754c", "e\u0301", "\U0001f600");
    std::println("{} {:X} {}", colour{1, 171, 255}, colour{1, 171, 255}, std::string(3, 'z'));
    std::println("{} {} {:n} {::#x}", std::vector{1, 2}, std::pair{'a', "b"}, std::vector{3, 4},
                 std::vector{10, 11});
    std::println("{} {}", std::numeric_limits<__int128>::max(), std::numeric_limits<long>::min());
    std::println("{:.25f}", 0.1L);
    int value = 1;
    for (const char *format : {"{", "{}{}", "{:d}{", "{:s}", "{:99999999999}", "{1}"}) {
        try {
            std::printf("%s\n", std::vformat(format, std::make_format_args(value)).c_str());
        } catch (const std::format_error &) {
            std::printf("'%s': refused\n", format);
        }
    }
    char room[8] = "";
    auto result = std::format_to_n(room, 5, "{:08}", 42);
    std::println("{} {} {}", room, result.size, std::formatted_size("{:>100}", 1));
    return check_done();
}
