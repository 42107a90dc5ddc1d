! open's status=, position= and newunit=: what each does to a file that is there or not.
program status_position_newunit
    implicit none
    integer :: unit, other, status

    open (10, file='log.txt', status='unknown')
    write (10, '(a)') 'first'
    close (10)
    open (10, file='log.txt', status='old', position='append')
    write (10, '(a)') 'appended'
    close (10, status='keep')
    call show('log.txt')
    open (10, file='log.txt', position='rewind', action='readwrite')
    write (10, '(a)') 'over'
    close (10)
    call show('log.txt')
    open (10, file='log.txt', status='replace')
    close (10)
    call show('log.txt')
    open (newunit=unit, file='a.txt')
    open (newunit=other, file='b.txt')
    print *, unit < 0, other < 0, unit /= other
    open (unit, file='c.txt') ! a unit that is open goes over to another file
    write (unit, '(a)') 'in c'
    close (unit)
    call show('c.txt')
    close (other, status='delete')
    open (newunit=other, file='b.txt', status='old', iostat=status)
    print *, status /= 0
    open (newunit=unit, file='a.txt', status='old')
    close (unit, status='delete')
    open (newunit=unit, file='c.txt', status='old')
    close (unit, status='delete')
    open (newunit=unit, file='log.txt', status='old')
    close (unit, status='delete')

contains
    subroutine show(name)
        character(len=*), intent(in) :: name
        character(len=20) :: line
        integer :: unit, status
        open (newunit=unit, file=name, action='read')
        do
            read (unit, '(a)', iostat=status) line
            if (status /= 0) exit
            print *, name, ': ', line
        end do
        close (unit)
        print *, name, ' ends'
    end subroutine
end program
