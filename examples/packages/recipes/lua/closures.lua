-- Closures share their variables; goto, varargs, <close> and <const>.
local function counter()
    local n = 0
    return function() n = n + 1 return n end, function() return n end
end
local up, get = counter()
for _ = 1, 1000 do up() end
print(get())
local made = {}
for i = 1, 5 do made[i] = function() i = i * 2 return i end end
print(made[1](), made[1](), made[5]())
print(select("#", table.unpack({ n = 3 }, 1, 3)), select(-1, "a", "b"))
do
    local one <close> = setmetatable({}, { __close = function() print("closed one") end })
    local two <close> = setmetatable({}, { __close = function(_, e) print("closed two", e) end })
    print(pcall(function() local three <close> = two error("thrown", 0) end))
end
for i = 1, 3 do
    for j = 1, 3 do
        if j == 2 then goto continue end
        io.write(i, ":", j, " ")
        ::continue::
    end
end
print()
local function ackermann(m, n)
    if m == 0 then return n + 1 end
    if n == 0 then return ackermann(m - 1, 1) end
    return ackermann(m - 1, ackermann(m, n - 1))
end
print(ackermann(2, 60))
local function loop(n) if n == 0 then return "no stack" end return loop(n - 1) end
print(loop(1000000))
