/* Manipulators and their limits: bases, fields, precision, floats of all kinds as text and back,
 * bool, chars of other widths, user-defined manipulators and storage. Not tried: hexadecimal
 * denormal numbers, which glibc and musl write differently. */
#include "../check.h"

#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>

namespace
{
struct point {
    int x, y;
};

std::ostream &operator<<(std::ostream &out, const point &p)
{
    std::ostringstream text;
    text.flags(out.flags());
    text << '(' << p.x << ',' << p.y << ')';
    return out << text.str();
}

const int style = std::ios_base::xalloc();

std::ostream &loud(std::ostream &out)
{
    out.iword(style)++;
    return out;
}
} // namespace

int main()
{
    std::cout << std::showbase << std::hex << 255 << ' ' << std::oct << 8 << ' ' << std::dec << -1
              << ' ' << std::uppercase << std::hex << 48879 << std::nouppercase << std::dec << '\n';
    std::cout << std::setfill('*') << std::setw(8) << 42 << '|' << std::left << std::setw(8) << "ab"
              << '|' << std::internal << std::setw(8) << -42 << '|' << std::right << std::setw(10)
              << point{1, 2} << '\n';
    for (double value :
         {0.0, -0.0, 1.0 / 3, 1e21, 123456789.0, 2.2250738585072014e-308, 1.7976931348623157e308}) {
        std::cout << std::defaultfloat << std::setprecision(6) << value << ' '
                  << std::setprecision(17) << value << ' ' << std::scientific
                  << std::setprecision(3) << value << ' ' << std::hexfloat << value << '\n';
    }
    std::cout << std::fixed << std::setprecision(2) << 2.675 << ' ' << 1e15 << ' '
              << std::numeric_limits<double>::infinity() << ' ' << std::nan("") << '\n';
    std::cout << std::defaultfloat << std::setprecision(21) << 1.0L / 3 << ' ' << 0.1f << '\n';
    std::cout << std::boolalpha << true << std::noboolalpha << false << std::showpos << 7
              << std::noshowpos << std::showpoint << std::setprecision(3) << 1.0 << std::noshowpoint
              << ' ' << 'c' << static_cast<signed char>('d') << '\n';
    std::cout << loud << loud << std::cout.iword(style) << '\n';

    std::istringstream in("0x1f 077 12 3.5e2 inf? -7 true 99999999999999999999 abc rest of line");
    int a = 0, b = 0, c = 0;
    double d = 0;
    std::string word;
    in >> std::setbase(0) >> a >> b >> std::dec >> c >> d >> word;
    std::cout << std::setprecision(6) << a << ' ' << b << ' ' << c << ' ' << d << ' ' << word
              << '\n';
    unsigned wrapped = 0;
    bool flag = false;
    in >> wrapped >> std::boolalpha >> flag >> a;
    std::cout << wrapped << ' ' << flag << ' ' << a << ' ' << in.fail() << '\n';
    in.clear();
    in >> a;
    std::cout << in.fail() << ' ' << a << '\n';
    in.clear();
    std::getline(in >> std::ws, word);
    std::cout << word << ' ' << in.eof() << '\n';

    std::ostringstream quoted;
    quoted << std::quoted("a \"b\" \\c") << ' ' << std::setw(5) << "x";
    std::cout << quoted.str() << '\n';
    std::istringstream(quoted.str()) >> std::quoted(word);
    std::cout << word << '\n';
    return std::cout.flush() ? check_done() : 1;
}
