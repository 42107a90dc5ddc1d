! Fortran with what needs each of the run-time libraries: OpenMP by module, output, a call of C.
program main
  use omp_lib
  use, intrinsic :: iso_c_binding
  implicit none
  interface
    integer(c_size_t) function strlen(text) bind(c)
      import :: c_char, c_size_t
      character(kind=c_char), intent(in) :: text(*)
    end function
  end interface
  integer :: i, threads
  real(8) :: total

  total = 0
  threads = 0
  !$omp parallel do num_threads(4) reduction(+:total) reduction(max:threads)
  do i = 1, 1000
    total = total + sqrt(real(i, 8))
    threads = max(threads, omp_get_num_threads())
  end do
  write (*, '(i0, a, f12.6, i3)') threads, ' threads, sum ', total, strlen('four' // c_null_char)
end program
