/* Memory resources: buffers that are not exceeded, pools that return what they took, alignment,
 * propagation into elements, the default resource, synchronised pools by many threads. */
#include "../check.h"

#include <list>
#include <map>
#include <memory_resource>
#include <string>
#include <thread>
#include <vector>

namespace
{
class counting : public std::pmr::memory_resource
{
  public:
    std::atomic<long> bytes = 0, calls = 0;

  private:
    void *do_allocate(size_t size, size_t alignment) override
    {
        bytes += size;
        calls++;
        return std::pmr::new_delete_resource()->allocate(size, alignment);
    }
    void do_deallocate(void *p, size_t size, size_t alignment) override
    {
        bytes -= size;
        std::pmr::new_delete_resource()->deallocate(p, size, alignment);
    }
    bool do_is_equal(const memory_resource &other) const noexcept override
    {
        return this == &other;
    }
};
} // namespace

int main()
{
    alignas(64) char room[4096];
    {
        std::pmr::monotonic_buffer_resource buffer(room, sizeof(room),
                                                   std::pmr::null_memory_resource());
        std::pmr::vector<std::pmr::string> words(&buffer);
        CHECK_THROWS(std::bad_alloc, for (;;) words.emplace_back("longer than a short string is"));
        CHECK(words.size() > 10 && words[0].get_allocator().resource() == &buffer);
        const char *inside = words.back().data();
        CHECK(inside >= room && inside < room + sizeof(room));
    }
    counting counted;
    {
        std::pmr::unsynchronized_pool_resource pool(&counted);
        std::pmr::map<int, std::pmr::list<int>> tree(&pool);
        for (int i = 0; i < 500; i++)
            tree[i % 50].push_back(i);
        long before = counted.calls;
        for (int round = 0; round < 20; round++) {
            tree[7].clear();
            for (int i = 0; i < 10; i++)
                tree[7].push_back(i);
        }
        CHECK(counted.calls == before); /* what came back was used again */
        for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
            void *p = pool.allocate(100, alignment);
            CHECK(reinterpret_cast<unsigned long>(p) % alignment == 0);
            pool.deallocate(p, 100, alignment);
        }
    }
    std::printf("%ld bytes left\n", counted.bytes.load());

    {
        std::pmr::synchronized_pool_resource shared(&counted);
        std::vector<std::thread> all;
        for (int t = 0; t < 8; t++)
            all.emplace_back([&, t] {
                std::pmr::vector<std::pmr::string> own(&shared);
                for (int i = 0; i < 300; i++)
                    own.emplace_back(50 + i % 100, char('a' + t));
                for (auto &text : own)
                    CHECK(text.front() == 'a' + t && text.back() == 'a' + t);
            });
        for (std::thread &one : all)
            one.join();
    }
    std::printf("%ld bytes left\n", counted.bytes.load());

    std::pmr::memory_resource *before = std::pmr::set_default_resource(&counted);
    CHECK(before == std::pmr::new_delete_resource());
    {
        std::pmr::string text(100, 'x');
        CHECK(counted.bytes >= 100);
    }
    std::pmr::set_default_resource(before);
    std::printf("%ld bytes left\n", counted.bytes.load());
    return check_done();
}
