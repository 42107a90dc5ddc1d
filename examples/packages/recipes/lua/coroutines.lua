-- Generators, errors and closing across coroutines; permutations by recursion.
local function permutations(a, n)
    n = n or #a
    if n <= 1 then coroutine.yield(table.concat(a, " ")) return end
    for i = 1, n do
        a[n], a[i] = a[i], a[n]
        permutations(a, n - 1)
        a[n], a[i] = a[i], a[n]
    end
end
for p in coroutine.wrap(function() permutations({ 1, 2, 3, 4 }) end) do print(p) end
local co = coroutine.create(function(a, b)
    local c = coroutine.yield(a + b)
    error({ code = c })
end)
print(coroutine.resume(co, 3, 4))
local ok, e = coroutine.resume(co, 7)
print(ok, e.code, coroutine.status(co), coroutine.resume(co))
local closing = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() print("closed") end })
    coroutine.yield()
end)
coroutine.resume(closing)
print(coroutine.close(closing), coroutine.status(closing))
print(coroutine.isyieldable(), coroutine.running() ~= nil)
local many, sum = {}, 0
for i = 1, 2000 do
    many[i] = coroutine.wrap(function() for k = 1, 3 do coroutine.yield(i * k) end end)
end
for _ = 1, 3 do for i = 1, #many do sum = sum + many[i]() end end
print(sum)
print(pcall(coroutine.wrap(function() error("inside", 0) end)))
