! IEEE modules: flags, rounding modes, classes, comparisons and special values.
program ieee_modules
    use, intrinsic :: ieee_arithmetic
    use, intrinsic :: iso_c_binding, only: c_double
    implicit none
    real(8) :: one, three, zero, big, result
    logical :: flag, flags(5)
    type(ieee_round_type) :: mode
    type(ieee_status_type) :: status
    real(8) :: up, down
    interface ! operations that no compiler knows the result of beforehand
        real(c_double) function divided(a, b) bind(c)
            import :: c_double
            real(c_double), value :: a, b
        end function
        real(c_double) function multiplied(a, b) bind(c)
            import :: c_double
            real(c_double), value :: a, b
        end function
    end interface

    one = 1
    three = 3
    zero = 0
    big = huge(one)
    print *, ieee_support_datatype(one), ieee_support_rounding(ieee_up), ieee_support_nan()
    call ieee_set_flag(ieee_all, .false.)
    result = divided(one, zero)
    call ieee_get_flag(ieee_divide_by_zero, flag)
    print *, flag
    result = divided(zero, zero)
    call ieee_get_flag(ieee_invalid, flag)
    print *, flag
    result = multiplied(big, big)
    result = divided(tiny(one), three)
    result = divided(one, three)
    call ieee_get_flag(ieee_all, flags)
    print *, flags
    call ieee_get_status(status)
    call ieee_set_flag(ieee_all, .false.)
    call ieee_get_flag(ieee_all, flags)
    print *, flags
    call ieee_set_status(status)
    call ieee_get_flag(ieee_inexact, flag)
    print *, flag

    call ieee_get_rounding_mode(mode)
    print *, mode == ieee_nearest
    call ieee_set_rounding_mode(ieee_up)
    up = divided(one, three)
    call ieee_set_rounding_mode(ieee_down)
    down = divided(one, three)
    call ieee_set_rounding_mode(ieee_nearest)
    print *, up > down, up - down == spacing(down)
    print *, ieee_class(zero) == ieee_positive_zero, ieee_class(-one) == ieee_negative_normal, &
        ieee_class(tiny(one) / 2) == ieee_positive_denormal
    result = ieee_value(one, ieee_quiet_nan)
    print *, ieee_is_nan(result), ieee_unordered(result, one), ieee_is_finite(result)
    result = ieee_value(one, ieee_negative_inf)
    print *, result, ieee_is_finite(result), ieee_is_negative(result), ieee_is_normal(one)
    print *, ieee_copy_sign(2d0, -zero), ieee_logb(10d0), ieee_next_after(1d0, 2d0) > 1
    print *, ieee_scalb(1.5d0, 3), ieee_signbit(-zero), ieee_is_finite(one)
end program
