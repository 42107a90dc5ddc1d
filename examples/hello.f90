! SPDX-License-Identifier: BSD-3-Clause
! The smallest Fortran program: says hello and, given a name, to whom.
program hello
    implicit none
    character(len=80) :: name

    call get_command_argument(1, name)
    if (name == "") name = "world"
    print "(3a)", "Hello, ", trim(name), "!"
end program
