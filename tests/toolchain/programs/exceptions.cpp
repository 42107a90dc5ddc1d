// C++ with what needs each of the run-time libraries: an exception through frames and an OpenMP
// region, a thread, a stream.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

static int depth(int left)
{
    if (left == 0)
        throw std::runtime_error("from below");
    return depth(left - 1) + 1;
}

int main()
{
    std::string text;
    std::exception_ptr failure;

    std::thread([&] {
        try {
            depth(20);
        } catch (const std::exception &e) {
            text = e.what();
        }
    }).join();
#pragma omp parallel num_threads(4)
    {
#pragma omp single
        try {
            depth(3);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    try {
        std::rethrow_exception(failure);
    } catch (const std::runtime_error &e) {
        std::cout << text << ", " << e.what() << std::endl;
    }
}
