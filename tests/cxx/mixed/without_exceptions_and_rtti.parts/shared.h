/* What the objects with RTTI and without it share. */
#include <cstddef>
#include <string>

struct worker {
    virtual int work(int value) = 0;
    virtual ~worker() = default;
};

worker *make_worker();
int workers_deleted();
int run_worker(worker *who, int value);
std::string text_without_exceptions(int value);
void *allocate_without_exceptions(size_t size);
int calm(int (*function)());
