! test: status=139
! A write through a pointer to nowhere dies by SIGSEGV; what was flushed before is there.
program segmentation_fault_is_139
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int), pointer :: nowhere
    integer(c_intptr_t) :: address

    print *, 'before'
    flush (6)
    address = 16 + command_argument_count()
    call c_f_pointer(transfer(address, c_null_ptr), nowhere)
    nowhere = 1
    print *, 'not reached'
end program
