/* What C++ threads are made of is the C library's: pthread functions work with native_handle, a
 * thread of pthread_create is one of C++, and signals and affinity are the thread's own. */
#include "../check.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <semaphore>
#include <thread>

namespace
{
std::atomic<int> handled;
thread_local int own;

void *body(void *id)
{
    *static_cast<std::thread::id *>(id) = std::this_thread::get_id();
    return id;
}
} // namespace

int main()
{
    std::binary_semaphore ready(0);
    std::signal(SIGUSR1, [](int) { handled += own; });
    std::thread sleeps([&] {
        own = 7;
        ready.release();
        while (handled == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    ready.acquire();
    CHECK(pthread_kill(sleeps.native_handle(), SIGUSR1) == 0);
    sleeps.join();
    std::printf("handled in the thread: %d\n", handled.load());

    pthread_t thread;
    std::thread::id id;
    REQUIRE(pthread_create(&thread, nullptr, body, &id) == 0);
    void *result = nullptr;
    REQUIRE(pthread_join(thread, &result) == 0 && result == &id);
    CHECK(id != std::thread::id() && id != std::this_thread::get_id());

    std::mutex lock;
    lock.lock();
    CHECK(pthread_mutex_trylock(lock.native_handle()) != 0);
    CHECK(pthread_mutex_unlock(lock.native_handle()) == 0);
    CHECK(lock.try_lock());
    lock.unlock();

    cpu_set_t set;
    std::thread bound([&] {
        CPU_ZERO(&set);
        CPU_SET(sched_getcpu(), &set);
        CHECK(pthread_setaffinity_np(pthread_self(), sizeof(set), &set) == 0);
        CHECK(CPU_ISSET(sched_getcpu(), &set));
    });
    bound.join();
    CHECK(CPU_COUNT(&set) == 1);
    return check_done();
}
