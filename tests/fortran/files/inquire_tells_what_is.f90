! inquire by unit and by file: what was asked for at open, and what became of it.
program inquire_tells_what_is
    implicit none
    integer :: unit, number, recl, size
    logical :: exists, opened, named
    character(len=20) :: access, action, form, blank, delim, pad, position, sequential, formatted
    character(len=100) :: name

    inquire (file='it.txt', exist=exists, opened=opened, number=number, size=size)
    print *, exists, opened, number, size
    open (newunit=unit, file='it.txt', status='new', action='readwrite', delim='quote', &
        blank='zero', pad='no')
    write (unit, *) 'text'
    inquire (file='it.txt', exist=exists, opened=opened, number=number, name=name)
    print *, exists, opened, number == unit, trim(name(index(name, '/', back=.true.) + 1:))
    inquire (unit, named=named, access=access, action=action, form=form, blank=blank, delim=delim, &
        pad=pad, position=position, sequential=sequential, formatted=formatted)
    print *, named, access, action, form
    print *, blank, delim, pad, position
    print *, sequential, formatted
    flush (unit)
    inquire (unit, size=size)
    print *, size
    close (unit, status='delete')
    inquire (unit, opened=opened)
    inquire (file='it.txt', exist=exists)
    print *, opened, exists
    open (newunit=unit, status='scratch', access='direct', form='unformatted', recl=64)
    inquire (unit, named=named, access=access, form=form, recl=recl)
    print *, named, access, form, recl
    close (unit)
    inquire (file='.', exist=exists)
    print *, exists
end program
