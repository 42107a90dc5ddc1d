/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest C++ program: says hello and, given a name, to whom. */
#include <iostream>

int main(int argc, char **argv)
{
    std::cout << "Hello, " << (argc > 1 ? argv[1] : "world") << "!\n";
}
