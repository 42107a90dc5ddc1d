! A namelist group is written to a file and read back; partial and reordered input works.
program namelist_round_trip
    implicit none
    type point
        real :: x = 0, y = 0
    end type
    integer :: count, grid(2, 2), unit, status
    real(8) :: step
    logical :: active
    character(len=16) :: title
    type(point) :: origin
    character(len=200) :: message
    namelist /settings/ count, grid, step, active, title, origin

    count = 3
    grid = reshape([1, 2, 3, 4], [2, 2])
    step = 0.125d0
    active = .true.
    title = 'it''s a title'
    origin = point(1.5, -2.5)
    write (*, nml=settings)

    open (newunit=unit, status='scratch', delim='apostrophe')
    write (unit, nml=settings)
    rewind unit
    count = 0
    grid = 0
    step = 0
    active = .false.
    title = ''
    origin = point()
    read (unit, nml=settings)
    close (unit)
    print *, count, grid, step, active, trim(title), origin

    open (newunit=unit, status='scratch')
    write (unit, '(a)') '! a comment', '&other x=1 /', '&SETTINGS  title="new" grid(2,:)=2*9,', &
        '  origin%y = 7.0 ! the rest stays', 'count=11 /', '&settings nonsense=1 /'
    rewind unit
    read (unit, nml=settings)
    print *, count, grid, step, active, trim(title), origin
    read (unit, nml=settings, iostat=status, iomsg=message)
    print *, status > 0, trim(message)
    read (unit, nml=settings, iostat=status)
    print *, status < 0
    close (unit)
end program
