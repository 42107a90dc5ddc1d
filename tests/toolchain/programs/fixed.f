C     Fixed form, with the OpenMP header.
      PROGRAM FIXED
      INCLUDE 'omp_lib.h'
      INTEGER N
      N = 0
C$OMP PARALLEL NUM_THREADS(2)
C$OMP ATOMIC
      N = N + OMP_GET_NUM_THREADS()
C$OMP END PARALLEL
      IF (N .NE. 4) STOP 1
      PRINT '(A)', 'fixed form'
      END
