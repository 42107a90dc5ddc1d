/* A second file that has the same inline variable and template. */
#include "named.h"

int other_file()
{
    return shared_counter + templated<int>::object.value;
}
