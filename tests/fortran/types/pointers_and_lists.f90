! Pointers: a list and a tree of nodes, association, remapped bounds, targets of sections.
program pointers_and_lists
    implicit none
    type node
        integer :: value
        type(node), pointer :: left => null(), right => null()
    end type
    type(node), pointer :: root
    integer, target :: store(12) = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    integer, pointer :: matrix(:, :), every(:), alias(:)
    integer :: i, status

    root => null()
    do i = 1, size(store)
        call insert(root, store(i))
    end do
    call walk(root)
    print *
    matrix(1:3, 0:3) => store
    print *, lbound(matrix), ubound(matrix), matrix(2, :)
    every => store(2::3)
    every = every * 10
    print *, store
    print *, associated(every, store), associated(every, store(2::3)), associated(root%left)
    alias => every
    nullify (every)
    print *, associated(every), associated(alias), size(alias)
    allocate (every(1000000), stat=status)
    print *, status, size(every)
    deallocate (every)
    call free(root)
    print *, associated(root)

contains
    recursive subroutine insert(tree, value)
        type(node), pointer, intent(inout) :: tree
        integer, intent(in) :: value
        if (.not. associated(tree)) then
            allocate (tree)
            tree%value = value
        else if (value < tree%value) then
            call insert(tree%left, value)
        else
            call insert(tree%right, value)
        end if
    end subroutine

    recursive subroutine walk(tree)
        type(node), pointer, intent(in) :: tree
        if (.not. associated(tree)) return
        call walk(tree%left)
        write (*, '(1x,i0)', advance='no') tree%value
        call walk(tree%right)
    end subroutine

    recursive subroutine free(tree)
        type(node), pointer, intent(inout) :: tree
        if (.not. associated(tree)) return
        call free(tree%left)
        call free(tree%right)
        deallocate (tree)
    end subroutine
end program
