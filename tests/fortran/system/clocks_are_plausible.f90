! Clocks move on, agree with one another, and the date is one of this century.
program clocks_are_plausible
    use, intrinsic :: iso_fortran_env, only: int32, int64
    implicit none
    integer(int64) :: begin, end, rate, maximum
    integer(int32) :: count32, rate32, maximum32
    integer :: values(8), later(8), i
    real(8) :: cpu_begin, cpu_end, x, wall
    character(len=8) :: date
    character(len=10) :: time
    character(len=5) :: zone

    call system_clock(count_rate=rate, count_max=maximum)
    print *, rate >= 1000, maximum > 0
    call system_clock(count32, rate32, maximum32)
    print *, count32 >= 0, rate32 > 0, maximum32 == huge(maximum32)
    call date_and_time(date, time, zone, values)
    call cpu_time(cpu_begin)
    call system_clock(begin)
    x = 0
    do
        do i = 1, 1000000
            x = x + sin(x + i)
        end do
        call cpu_time(cpu_end)
        if (cpu_end - cpu_begin > 0.05d0) exit
    end do
    call system_clock(end)
    wall = real(end - begin, 8) / real(rate, 8)
    ! Both clocks are cut to their own steps; other programs may run in between.
    print *, cpu_begin >= 0, wall > 0.04d0, abs(x) < 1d9
    call date_and_time(values=later)
    print *, values(1) >= 2024, values(2) >= 1 .and. values(2) <= 12, values(3) >= 1 .and. &
        values(3) <= 31
    print *, values(5) < 24, values(6) < 60, values(7) <= 60, values(8) < 1000
    print *, any(later /= values), len_trim(date), len_trim(time), len_trim(zone)
    print *, verify(date, '0123456789'), verify(time, '0123456789.'), scan(zone(1:1), '+-')
end program
