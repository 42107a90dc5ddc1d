/* test: cpus=1,4
 * stdin="12 0x1F word\nsecond line with \xe2\x82\xac\n\n3.25 not_a_number 7\nlast line" */
/* cin reads numbers, words and lines, shares its input with C's stdio, recovers from what is no
 * number, is tied to cout and ends at the end. */
#include "../check.h"

#include <iostream>
#include <limits>
#include <string>

int main()
{
    int number = 0, hexadecimal = 0;
    std::string word, line;
    CHECK(std::cin.tie() == &std::cout);
    std::cin >> number >> std::hex >> hexadecimal >> std::dec >> word;
    std::cout << number << ' ' << hexadecimal << ' ' << word << std::endl;
    std::printf("stdio takes '%c'\n", std::getchar());
    std::getline(std::cin, line);
    std::cout << line.size() << ": " << line << std::endl;
    std::getline(std::cin, line);
    std::cout << "empty: " << line.empty() << std::endl;
    double real = 0;
    std::cin >> real >> number;
    std::cout << real << ' ' << std::cin.fail() << ' ' << number << std::endl;
    std::cin.clear();
    std::cin >> word >> number;
    std::cout << word << ' ' << number << std::endl;
    std::cin.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    char four[5] = {};
    std::scanf("%4c", four);
    std::printf("scanf takes '%s'\n", four);
    std::fflush(stdout);
    std::getline(std::cin, line);
    std::cout << '[' << line << "] " << std::cin.eof() << std::cin.fail() << std::endl;
    CHECK(!std::getline(std::cin, line) && std::cin.get() == EOF && std::getchar() == EOF);
    return check_done();
}
