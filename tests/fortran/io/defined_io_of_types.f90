! Defined input and output of a derived type: dt edit descriptors, list-directed, in arrays.
module money
    implicit none
    type :: amount
        integer :: cents = 0
    contains
        procedure :: put
        procedure :: get
        generic :: write(formatted) => put
        generic :: read(formatted) => get
    end type
contains
    subroutine put(self, unit, iotype, v_list, iostat, iomsg)
        class(amount), intent(in) :: self
        integer, intent(in) :: unit, v_list(:)
        character(len=*), intent(in) :: iotype
        integer, intent(out) :: iostat
        character(len=*), intent(inout) :: iomsg
        write (unit, '(a,":",i0,":",i0,".",i2.2)', iostat=iostat, iomsg=iomsg) &
            iotype, size(v_list), self%cents / 100, mod(self%cents, 100)
    end subroutine

    subroutine get(self, unit, iotype, v_list, iostat, iomsg)
        class(amount), intent(inout) :: self
        integer, intent(in) :: unit, v_list(:)
        character(len=*), intent(in) :: iotype
        integer, intent(out) :: iostat
        character(len=*), intent(inout) :: iomsg
        integer :: whole, rest
        character :: dot
        read (unit, '(i3,a,i2)', iostat=iostat, iomsg=iomsg) whole, dot, rest
        if (iostat /= 0) return
        if (dot /= '.') then
            iostat = 1
            iomsg = 'no point in ' // iotype
            return
        end if
        self%cents = whole * 100 + rest
    end subroutine
end module

program defined_io_of_types
    use money
    implicit none
    type(amount) :: price, prices(2)
    integer :: status
    character(len=40) :: message, line

    price = amount(1234)
    print '(dt"tag"(4,2),a)', price, ' paid'
    print *, price
    prices = [amount(5), amount(99999)]
    write (line, '(2(dt,";"))') prices
    print '(a)', trim(line)
    line = ' 12.34'
    read (line, '(dt)') price
    print *, price%cents
    line = ' 12x34'
    read (line, '(dt)', iostat=status, iomsg=message) price
    print *, status, trim(message)
end program
