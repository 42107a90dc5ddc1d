/* What both objects see. */
#include <typeindex>

struct shape {
    virtual ~shape() = default;
    virtual int kind() const
    {
        return 0;
    }
};

template <class T> struct boxed_shape : shape {
    T value = 5;

    int kind() const override
    {
        return int(sizeof(T));
    }
};

shape *make_theirs();
shape *make_boxed();
std::type_index their_type_of_boxed();
[[noreturn]] void throw_theirs();
