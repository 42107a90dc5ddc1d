! Character intrinsics, comparison with padding, substrings, and kinds of characters.
program characters
    implicit none
    character(len=20) :: text
    character(len=:), allocatable :: joined
    integer, parameter :: wide = selected_char_kind('ISO_10646')
    character(kind=wide, len=3) :: greek
    integer :: i

    text = '  Hello, Fortran'
    print *, len(text), len_trim(text), '|', adjustl(text), '|', adjustr(text), '|'
    print *, index(text, 'o'), index(text, 'o', back=.true.), scan(text, 'rtn'), verify(text, ' H')
    print *, iachar('A'), achar(97), ichar(text(3:3)), char(65), new_line('a') == achar(10)
    print *, 'abc' < 'abd', 'abc' == 'abc  ', lge('b', 'a'), llt('A', 'a'), &
        'a' // repeat('-', 3) // 'z'
    print *, max('apple', 'pear '), min('apple', 'pear ')
    text(1:2) = '>>'
    text(8:) = text(3:)
    print *, text
    joined = trim(text) // '!'
    print *, len(joined), joined
    joined = joined(:4)
    print *, joined, len(joined)
    print *, [(achar(iachar('a') + i), i = 0, 25)]
    greek = char(945, wide) // char(946, wide) // char(947, wide)
    print *, len(greek), ichar(greek(2:2)), storage_size(greek) / 8, wide
end program
