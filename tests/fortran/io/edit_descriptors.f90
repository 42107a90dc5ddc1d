! Edit descriptors of formatted output, and of formatted input from the same text.
program edit_descriptors
    implicit none
    real(8) :: x, values(3)
    integer :: i, whole
    logical :: flag
    character(len=12) :: word
    character(len=40) :: line

    x = 1234.5678d0
    print '(i5,i0,1x,i6.4,sp,i4,ss,i4)', 42, -7, 17, 5, 5
    print '(b12.8,1x,o6,1x,z8.8)', 165, 511, 48879
    print '(f10.3,f0.1,1x,f6.1)', x, x, -x * 1000
    print '(e12.4,e14.4e3,es12.4,en14.3,d12.4,g12.4)', x, x, x, x, x, x
    print '(1p,e12.4,0p,f9.2,2p,f9.2)', x, x, x / 100
    print '(l1,l4,a,a5,a2)', .true., .false., 'text', 'abc', 'wide'
    print '(3(i2,:,","))', (i, i = 1, 2)
    print '("tab",t10,"at 10",tl3,"xx",tr4,"right",/,"second line")'
    print '(*(f5.1,:,";"))', 1.0, 2.5, -3.25
    print '(rd,f5.1,ru,f5.1,rz,f5.1,rn,f5.1,rc,f5.1)', 2.26, 2.24, -2.29, 2.25, 2.75
    print '(dc,f8.3,dp,f8.3)', 2.5, 2.5
    print '(bn,"plus ",s,i3)', 12
    print '(g0,",",g0,",",g0)', 1, .true., 'generic'
    print '(ex12.3)', 10.0
    write (line, '(f8.3,i6,l2,1x,a)') 3.125, 99, .true., 'word'
    print '(a)', trim(line)
    read (line, '(f8.3,i6,l2,1x,a)') x, whole, flag, word
    print *, x, whole, flag, word
    line = '1 2 3'
    read (line, '(bz,i5)') whole
    print *, whole
    line = '  12345'
    read (line, '(f7.2)') x
    print *, x
    line = '1,5 2,5 3,5'
    read (line, '(dc,3(f3.1,1x))') values
    print '(3f6.2)', values
    line = 'ff 777'
    read (line, '(z2,1x,o3)') i, whole
    print *, i, whole
end program
