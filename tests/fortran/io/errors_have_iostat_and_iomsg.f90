! What cannot be opened, read or written says so by iostat= and iomsg=, and err= and end= jump.
program errors_have_iostat_and_iomsg
    implicit none
    integer :: unit, status, number
    character(len=100) :: message

    open (newunit=unit, file='absent/file', status='old', iostat=status, iomsg=message)
    print *, status, trim(message)
    open (newunit=unit, file='/', action='write', iostat=status, iomsg=message)
    print *, status, trim(message)
    open (newunit=unit, file='there.txt', status='new', iostat=status)
    print *, status
    write (unit, '(a)') 'words, no number'
    close (unit)
    open (newunit=unit, file='there.txt', status='old', action='read')
    write (unit, '(a)', iostat=status, iomsg=message) 'text'
    print *, status > 0, trim(message)
    read (unit, *, iostat=status, iomsg=message) number
    print *, status > 0, trim(message)
    rewind unit
    read (unit, *, err=10) number
    error stop 'a word was read as a number'
10  print *, 'err= taken'
    read (unit, *, end=20) number
    error stop 'read behind the end'
20  print *, 'end= taken'
    close (unit)
    open (newunit=unit, file='there.txt', status='new', iostat=status, iomsg=message)
    print *, status, trim(message)
end program
