/* Coroutines: generators, exceptions out of and through them, destruction half-way, symmetric
 * transfer a hundred thousand deep without stack, frames that move from thread to thread. */
#include "../check.h"

#include <coroutine>
#include <exception>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace
{
template <class T> struct generator {
    struct promise_type {
        T value;
        std::exception_ptr error;

        generator get_return_object()
        {
            return generator{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend()
        {
            return {};
        }
        std::suspend_always final_suspend() noexcept
        {
            return {};
        }
        std::suspend_always yield_value(T given)
        {
            value = std::move(given);
            return {};
        }
        void return_void()
        {
        }
        void unhandled_exception()
        {
            error = std::current_exception();
        }
    };
    std::coroutine_handle<promise_type> handle;

    explicit generator(std::coroutine_handle<promise_type> given) : handle(given)
    {
    }
    generator(generator &&other) : handle(std::exchange(other.handle, nullptr))
    {
    }
    ~generator()
    {
        if (handle)
            handle.destroy();
    }
    bool next()
    {
        handle.resume();
        if (handle.promise().error)
            std::rethrow_exception(handle.promise().error);
        return !handle.done();
    }
};

struct counted {
    static inline int alive = 0;
    counted()
    {
        alive++;
    }
    ~counted()
    {
        alive--;
    }
};

generator<int> fibonacci(int limit)
{
    counted here;
    int a = 0, b = 1;
    for (;;) {
        if (a > limit)
            throw std::out_of_range("beyond " + std::to_string(limit));
        co_yield a;
        a = std::exchange(b, a + b);
    }
}

/* A task that is awaited by symmetric transfer. */
struct task {
    struct promise_type {
        std::coroutine_handle<> waiter = std::noop_coroutine();
        int value = 0;

        task get_return_object()
        {
            return task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend()
        {
            return {};
        }
        auto final_suspend() noexcept
        {
            struct to_waiter {
                bool await_ready() noexcept
                {
                    return false;
                }
                std::coroutine_handle<>
                await_suspend(std::coroutine_handle<promise_type> own) noexcept
                {
                    return own.promise().waiter;
                }
                void await_resume() noexcept
                {
                }
            };
            return to_waiter();
        }
        void return_value(int given)
        {
            value = given;
        }
        void unhandled_exception()
        {
            std::terminate();
        }
    };
    std::coroutine_handle<promise_type> handle;

    bool await_ready()
    {
        return false;
    }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter)
    {
        handle.promise().waiter = waiter;
        return handle;
    }
    int await_resume()
    {
        int value = handle.promise().value;
        handle.destroy();
        return value;
    }
};

task leaf(int value)
{
    co_return value & 1;
}

task loop(int times)
{
    int sum = 0;
    for (int i = 0; i < times; i++)
        sum += co_await leaf(i);
    co_return sum;
}

struct to_other_thread {
    std::vector<std::thread> &threads;
    std::mutex &lock; /* the new thread may be here before emplace_back has returned */

    bool await_ready()
    {
        return false;
    }
    void await_suspend(std::coroutine_handle<> handle)
    {
        std::lock_guard held(lock);
        threads.emplace_back([handle] { handle.resume(); });
    }
    void await_resume()
    {
    }
};

struct detached {
    struct promise_type {
        detached get_return_object()
        {
            return {};
        }
        std::suspend_never initial_suspend()
        {
            return {};
        }
        std::suspend_never final_suspend() noexcept
        {
            return {};
        }
        void return_void()
        {
        }
        void unhandled_exception()
        {
            std::terminate();
        }
    };
};

detached wander(std::vector<std::thread> &threads, std::mutex &lock, int hops, int *threw,
                std::binary_semaphore *over)
{
    counted here;
    for (int i = 0; i < hops; i++) {
        co_await to_other_thread{threads, lock};
        try {
            throw i;
        } catch (int) {
            ++*threw;
        }
    }
    over->release();
}
} // namespace

int main()
{
    int sum = 0;
    {
        auto numbers = fibonacci(1000);
        try {
            while (numbers.next())
                sum += numbers.handle.promise().value;
        } catch (const std::out_of_range &error) {
            std::printf("sum %d, %s\n", sum, error.what());
        }
        auto left = fibonacci(10);
        left.next();
    }
    CHECK(counted::alive == 0);

    task all = loop(100000);
    all.handle.resume();
    std::printf("transfers: %d\n", all.handle.promise().value);
    all.handle.destroy();

    std::vector<std::thread> threads;
    threads.reserve(20);
    std::binary_semaphore over(0);
    int threw = 0;
    std::mutex lock;
    wander(threads, lock, 20, &threw, &over);
    over.acquire();
    std::unique_lock(lock).unlock(); /* the last has been added */
    for (std::thread &one : threads)
        one.join();
    std::printf("%d hops, %d alive\n", threw, counted::alive);
    return check_done();
}
