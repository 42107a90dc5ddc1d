/* The classic locale's facets, own facets imbued into streams, and locales used by many threads at
 * once. Names of other locales are the C library's: musl takes any. */
#include "../check.h"

#include <clocale>
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <thread>
#include <vector>

namespace
{
struct thousands : std::numpunct<char> {
    char do_thousands_sep() const override
    {
        return '\'';
    }
    std::string do_grouping() const override
    {
        return "\3\2";
    }
    char do_decimal_point() const override
    {
        return ',';
    }
    std::string do_truename() const override
    {
        return "ja";
    }
};
} // namespace

int main()
{
    std::locale classic = std::locale::classic();
    std::printf("%s %s\n", classic.name().c_str(), std::locale().name().c_str());
    CHECK(std::locale("C") == classic && std::locale("POSIX").name() != "");

    std::locale own(classic, new thousands);
    std::ostringstream out;
    out.imbue(own);
    out << 1234567 << ' ' << std::fixed << std::setprecision(2) << 98765.432 << ' '
        << std::boolalpha << true;
    std::printf("%s %s\n", out.str().c_str(), own.name().c_str());
    std::istringstream in("12'34'567 0,5");
    in.imbue(own);
    long number = 0;
    double real = 0;
    in >> number >> real;
    std::printf("%ld %g\n", number, real);

    auto &types = std::use_facet<std::ctype<char>>(classic);
    int letters = 0, upper = 0;
    for (int c = 0; c < 128; c++) {
        letters += types.is(std::ctype_base::alpha, char(c));
        upper += types.toupper(char(c)) != char(c);
    }
    std::printf("%d letters, %d change to upper case\n", letters, upper);
    auto &wide = std::use_facet<std::ctype<wchar_t>>(classic);
    CHECK(wide.widen('x') == L'x' && wide.narrow(L'y', '?') == 'y');
    auto &order = std::use_facet<std::collate<char>>(classic);
    const char a[] = "Zebra", b[] = "apple";
    std::printf("order %d\n", order.compare(a, a + 5, b, b + 5));
    std::tm when = {};
    std::istringstream stamp("2024-02-29 23:59:58 Thursday March");
    std::string month;
    stamp >> std::get_time(&when, "%Y-%m-%d %H:%M:%S %A");
    std::printf("%d %d %d %d\n", when.tm_year, when.tm_mon, when.tm_mday, when.tm_wday);
    when.tm_yday = 59;
    std::cout << std::put_time(&when, "%a %A %b %B %d %H:%M:%S %j %U %x %X %y") << std::endl;

    std::vector<std::thread> all;
    std::atomic<int> right = 0;
    for (int t = 0; t < 8; t++)
        all.emplace_back([&] {
            for (int i = 0; i < 100; i++) {
                std::locale copy(own, new thousands);
                std::ostringstream local;
                local.imbue(copy);
                local << 1000000 + i;
                right += local.str().size() == 9 && std::has_facet<std::numpunct<char>>(copy);
            }
        });
    for (std::thread &one : all)
        one.join();
    std::printf("%d right\n", right.load());
    std::locale::global(own);
    CHECK(std::ostringstream().getloc() == own);
    CHECK(std::string(std::setlocale(LC_NUMERIC, nullptr)) == "C");
    return check_done();
}
