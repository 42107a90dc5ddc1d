! test: stderr=compare
! output_unit, error_unit and input_unit: their numbers, and where what is written to them goes.
program standard_units
    use, intrinsic :: iso_fortran_env, only: input_unit, output_unit, error_unit
    implicit none
    logical :: open_in, open_out, open_error
    character(len=20) :: access

    print *, input_unit, output_unit, error_unit
    write (error_unit, '(a)') 'to standard error'
    write (output_unit, '(a)') 'to standard output'
    flush (output_unit)
    write (error_unit, '(a)', advance='no') 'begun, '
    write (error_unit, '(a)') 'ended'
    inquire (input_unit, opened=open_in)
    inquire (output_unit, opened=open_out, access=access)
    inquire (error_unit, opened=open_error)
    print *, open_in, open_out, open_error, access
end program
