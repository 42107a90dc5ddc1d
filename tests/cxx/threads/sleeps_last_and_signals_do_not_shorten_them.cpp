/* sleep_for and sleep_until last at least as long as they were told, though signals arrive, and
 * those of the past return at once. */
#include "../check.h"

#include <chrono>
#include <csignal>
#include <thread>

using namespace std::chrono_literals;

int main()
{
    static std::atomic<int> signals;
    struct sigaction action = {};
    action.sa_handler = [](int) { signals++; };
    REQUIRE(sigaction(SIGUSR1, &action, nullptr) == 0); /* without SA_RESTART */

    auto steady = std::chrono::steady_clock::now();
    auto system = std::chrono::system_clock::now();
    std::atomic<bool> over = false;
    std::thread sleeps([&] {
        std::this_thread::sleep_for(30ms);
        CHECK(std::chrono::steady_clock::now() - steady >= 30ms);
        std::this_thread::sleep_until(steady + 60ms);
        CHECK(std::chrono::steady_clock::now() >= steady + 60ms);
        std::this_thread::sleep_until(system + 90ms);
        CHECK(std::chrono::system_clock::now() >= system + 90ms);
        over = true;
    });
    while (!over) {
        pthread_kill(sleeps.native_handle(), SIGUSR1);
        std::this_thread::sleep_for(3ms);
    }
    sleeps.join();
    CHECK(signals > 0);
    std::this_thread::sleep_until(steady - 1h);
    std::this_thread::sleep_for(-1h);
    std::this_thread::sleep_for(0ns);
    return check_done();
}
