-- Integers wrap, floats are IEEE 754, conversions keep every bit.
print(math.maxinteger + 1 == math.mininteger, math.mininteger // -1)
print(7 // -2, 7 % -2, -7 // 2.0, -7 % 2.5)
print(1 / 0, -1 / 0, 0 / 0 ~= 0 / 0, -0.0, 1e15, 1e16, 2 ^ 53, 123456789012345678)
print(3 | 5, 3 & 5, 3 ~ 5, ~0, 1 << 63, 1 << 64, -1 >> 60, "10" + 5, "0x10" * 1.0, 10 // 0.0)
print(pcall(function() return 1 // 0 end))
print(pcall(function() return 1.5 | 1 end))
print(0x1p-1074, 0x1.fffffffffffffp1023, 5e-324, 1.7976931348623157e308)
print(tonumber("1e"), tonumber("z", 36), tonumber("7", 7))
print(string.format("%.17g %a %5.2f %e %g", 0.1, 0.1, math.pi, 12345.678, 1e20))
print(string.format("%x %o %i %q %q", 255, 8, -3, 1 / 3, math.mininteger))
for _, f in ipairs({ "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "sqrt" }) do
    print(f, string.format("%.13g %.13g", math[f](0.5), math[f](0.125)))
end
print(math.log(8, 2), math.log(1000, 10), math.fmod(-7, 3), math.modf(-3.7))
print(math.ult(1, -1), math.type(1), math.type(1.0))
math.randomseed(42)
print(math.random(1, 1000), string.format("%.17g", math.random()), math.random(0))
for i = math.maxinteger - 2, math.maxinteger do io.write(i, " ") end
print()
for x = 0, 1, 0.25 do io.write(x, " ") end
print()
local h, e = 0.0, 0.0
for i = 1, 1000000 do h = h + 1 / i end
for i = 20, 0, -1 do e = 1 + e / (i + 1) end
print(string.format("%.17g %.17g", h, e))
