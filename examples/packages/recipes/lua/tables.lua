-- Sorting, moving, holes, and tables that grow and shrink.
local words = {}
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[#words + 1] = w end
table.sort(words)
print(table.concat(words, " "))
table.sort(words, function(a, b) return #a == #b and a > b or #a > #b end)
print(table.concat(words, " "))
print(pcall(table.sort, { 3, 1, "x" }))
local x, n = 1, 50000
local numbers = {}
for i = 1, n do x = (x * 1103515245 + 12345) % 2147483648 numbers[i] = x end
table.sort(numbers)
local sorted = true
for i = 2, n do sorted = sorted and numbers[i - 1] <= numbers[i] end
print(sorted, numbers[1], numbers[n // 2], numbers[n])
print(table.concat(table.move({ 1, 2, 3, 4, 5 }, 2, 5, 1), " "))
print(table.remove({ 1, 2, 3 }, 1), table.unpack({ 1, 2, 3 }, 2))
local t = { 10, 20, 30, nil, 50, n = 5, [2.0] = "two", [1e300] = "large" }
print(t[2], t[1e300], #t == 5 or #t == 3, next({}), pcall(next, {}, 1))
local map = {}
for i = 1, 100000 do map["key" .. i] = i end
for i = 1, 100000, 2 do map["key" .. i] = nil end
local count, sum = 0, 0
for _, v in pairs(map) do count, sum = count + 1, sum + v end
print(count, sum)
local function queens(size)
    local found, columns = 0, {}
    local function place(row)
        if row > size then found = found + 1 return end
        for c = 1, size do
            local free = true
            for r = 1, row - 1 do
                local d = columns[r] - c
                free = free and d ~= 0 and d ~= r - row and d ~= row - r
            end
            if free then columns[row] = c place(row + 1) end
        end
    end
    place(1)
    return found
end
print(queens(7))
