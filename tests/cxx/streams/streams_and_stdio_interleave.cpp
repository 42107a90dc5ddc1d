/* build: -std=c++23 */
/* cout, printf, puts, print, write after a flush, wide and narrow: what is written appears in the
 * order in which it was written, and what is buffered comes out at exit. */
#include "../check.h"

#include <iostream>
#include <print>

int main()
{
    std::cout << "1 cout\n";
    std::printf("2 printf\n");
    std::println("3 {}", "println");
    std::cout << "4 cout" << std::endl;
    std::fflush(stdout);
    REQUIRE(write(STDOUT_FILENO, "5 write\n", 8) == 8);
    std::print(stdout, "6 print {:>5}\n", 42);
    std::println(std::cout, "7 println to a stream");
    std::ostream again(std::cout.rdbuf());
    again << "8 another stream, same buffer\n";
    std::cerr.rdbuf(std::cout.rdbuf());
    std::cerr << "9 cerr redirected\n";
    std::clog.rdbuf(std::cout.rdbuf());
    std::clog << "10 clog redirected\n";
    std::atexit([] { std::cout << "11 cout in atexit\n"; });
    std::println("{}", check_failures.load());
    std::cout << "no end of line at the end";
}
