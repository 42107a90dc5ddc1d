! Transformational intrinsics on arrays: products, shapes, shifts, packing.
program transformational
    implicit none
    integer :: a(2, 3), b(3, 2), i
    real(8) :: x(40, 30), y(30, 50), z(40, 50)
    logical :: mask(2, 3)

    a = reshape([1, 2, 3, 4, 5, 6], [2, 3])
    b = transpose(a)
    print *, matmul(a, b), matmul(a, [1, 1, 1]), matmul([1, -1], a)
    print *, dot_product([1, 2, 3], [4, 5, 6]), dot_product([(0.0, 1.0)], [(0.0, 1.0)])
    print *, reshape([1, 2, 3], [2, 2], pad=[9]), reshape([1, 2, 3, 4], [2, 2], order=[2, 1])
    mask = mod(a, 2) == 0
    print *, pack(a, mask), pack(a, .true.), pack(a, mask, [0, 0, 0, 0, 0])
    print *, unpack([10, 20, 30], mask, a)
    print *, merge(a, -a, mask)
    print *, spread([1, 2], 1, 3), spread([1, 2], 2, 2)
    print *, cshift([1, 2, 3, 4, 5], 2), cshift(a, -1, 2), cshift(a, [1, 0, 1], 1)
    print *, eoshift([1, 2, 3, 4, 5], 2), eoshift([1, 2, 3], -1, 7), eoshift(a, 1, dim=2)
    print *, shape(a), size(a, 2), lbound(a), ubound(a(2:, :))
    do i = 1, 30
        x(:, i) = i
        y(i, :) = 1.0d0 / i
    end do
    z = matmul(x, y)
    print *, all(abs(z - 30) < 1d-12), all(abs(matmul(transpose(x), z) - z(1, 1) * &
        spread(sum(x, 1), 2, 50)) < 1d-8)
    print *, norm2([3d0, 4d0]), norm2(reshape([3.0, 4.0, 6.0, 8.0], [2, 2]), 1)
end program
