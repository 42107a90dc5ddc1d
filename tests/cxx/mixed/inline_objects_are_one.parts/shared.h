/* Inline definitions that both objects have. */
inline int counter;
inline thread_local int own_of_thread;

inline int counted_call()
{
    static int calls;
    return ++calls;
}

template <class T> struct holder {
    static inline T value = T(3);
};

inline auto next_by_lambda = [] {
    static int calls;
    return ++calls;
};

const char *which();
[[gnu::weak]] void never_defined();

int *other_counter();
int other_call();
int *other_holder();
int (*other_function())();
int other_lambda();
int *other_own();
const char *other_which();
