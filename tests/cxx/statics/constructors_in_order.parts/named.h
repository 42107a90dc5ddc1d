/* Objects that say when they are made and destroyed. */
#include "../../check.h"

struct named {
    const char *name;
    int value = 5;

    explicit named(const char *given) : name(given)
    {
        std::printf("+%s\n", name);
    }
    named(const named &) = delete;
    ~named()
    {
        std::printf("-%s\n", name);
    }
};

inline int shared_counter = [] {
    static int calls;
    return ++calls;
}();

template <class T> struct templated {
    static named object;
};
template <class T>
named templated<T>::object(sizeof(T) == 4 ? "template of int" : "template of long");

int other_file();
