/* Static destructors may make new statics and register functions: these run next. Streams are
 * usable to the end. */
#include "../check.h"

#include <iostream>
#include <string>

namespace
{
struct late {
    std::string text = std::string(50, 'l');

    ~late()
    {
        std::cout << "-late " << text.size() << '\n';
    }
};

late &ask()
{
    static late object;
    return object;
}

struct early {
    std::string text = std::string(50, 'e');

    ~early()
    {
        std::cout << "-early " << text.size() << ' ' << ask().text.size() << '\n';
        std::atexit([] { std::cout << "registered by a destructor\n"; });
    }
} object;
} // namespace

int main()
{
    std::cout << "main\n";
    return 0;
}
