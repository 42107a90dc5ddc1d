! Halting modes are set and told for each exception; ieee_set_status brings them back.
program halting_modes
    use, intrinsic :: ieee_exceptions
    implicit none
    type(ieee_status_type) :: status

    print *, ieee_support_halting(ieee_divide_by_zero)
    call show("at the start")
    call ieee_get_status(status)
    call ieee_set_halting_mode(ieee_divide_by_zero, .true.)
    call show("division by zero")
    call ieee_set_halting_mode([ieee_overflow, ieee_invalid], .true.)
    call show("and two more")
    call ieee_set_halting_mode(ieee_divide_by_zero, .false.)
    call show("without the first")
    call ieee_set_status(status)
    call show("as at the start")

contains
    subroutine show(what)
        character(len=*), intent(in) :: what
        logical :: halts(3)

        call ieee_get_halting_mode(ieee_divide_by_zero, halts(1))
        call ieee_get_halting_mode(ieee_overflow, halts(2))
        call ieee_get_halting_mode(ieee_invalid, halts(3))
        print *, what, halts
    end subroutine
end program
