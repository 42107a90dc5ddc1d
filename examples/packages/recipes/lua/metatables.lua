-- Operators, inheritance, __index chains, __gc order, weak tables.
local Vector = {}
Vector.__index = Vector
local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__mul = function(a, b)
    return type(a) == "number" and vector(a * b.x, a * b.y) or a.x * b.x + a.y * b.y
end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__lt = function(a, b) return a * a < b * b end
Vector.__le = function(a, b) return a * a <= b * b end
Vector.__len = function() return 2 end
Vector.__call = function(v, k) return v[k] end
Vector.__concat = function(a, b) return tostring(a) .. tostring(b) end
Vector.__tostring = function(v) return "(" .. v.x .. "," .. v.y .. ")" end
Vector.__idiv = function(a, n) return vector(a.x // n, a.y // n) end
Vector.__shl = function(a, n) return vector(a.x << n, a.y << n) end
local a, b = vector(1, 2), vector(3, 4)
print(tostring(a + b), a * b, tostring(2 * a), a == vector(1, 2), a < b, a >= b, #a, a("y"))
print(a .. b, tostring(b // 2), tostring(a << 4))
local log = {}
local proxy = setmetatable({}, {
    __index = function(_, k) log[#log + 1] = "get " .. k return k .. "!" end,
    __newindex = function(t, k, v) log[#log + 1] = "set " .. k rawset(t, k, v) end,
    __pairs = function() return function(_, k) if not k then return 1, "only" end end, nil, nil end,
})
proxy.x = proxy.y
proxy.x = 2
print(table.concat(log, ", "), rawget(proxy, "x"), rawlen({ 1, 2 }))
for k, v in pairs(proxy) do print(k, v) end
local weak, strong = setmetatable({}, { __mode = "k" }), {}
for i = 1, 100 do
    local key = {}
    if i % 10 == 0 then strong[#strong + 1] = key end
    weak[key] = i
end
collectgarbage()
local left = 0
for _ in pairs(weak) do left = left + 1 end
print(left, #strong)
local finalised = {}
for i = 1, 5 do setmetatable({}, { __gc = function() finalised[#finalised + 1] = i end }) end
collectgarbage()
print(table.concat(finalised, " "))
for _, mode in ipairs({ "generational", "incremental" }) do
    collectgarbage(mode)
    local list
    for i = 1, 200000 do list = { next = i % 1000 ~= 0 and list or nil, i } end
    print(mode, collectgarbage("count") < 20000, #list)
end
setmetatable({}, { __gc = function() print("at the end") end })
