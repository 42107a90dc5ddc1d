-- The io and os libraries: files are written, read in all formats, sought, renamed, removed.
local name = os.tmpname()
local f = assert(io.open(name, "w+b"))
print(f:write("first line\n", 42, " ", 0.5, "\nlast\0line") == f)
print(f:seek("cur"), f:seek("set", 0))
print(f:read("l", "n", "n", "L", "a"))
print(f:read("a"), f:read("l"), f:seek("end"))
f:seek("set", 6)
print(f:write("LINE") == f, f:flush() == f, f:close(), io.type(f))
for line in io.lines(name) do io.write("[", #line, "]") end
print()
for c in io.lines(name, 3) do io.write(#c, " ") end
print()
f = assert(io.open(name, "a"))
f:setvbuf("full", 16)
for i = 1, 1000 do f:write(i, "\n") end
f:close()
local sum, count = 0, 0
for line in io.lines(name) do
    local n = tonumber(line)
    if n then sum, count = sum + n, count + 1 end
end
print(count, sum)
print(os.rename(name, name .. ".new"), (io.open(name)))
print(os.remove(name .. ".new"), select(3, os.remove(name .. ".new")))
print(pcall(io.lines, "/nonexistent"))
local t = io.tmpfile()
t:write(string.rep("0123456789", 100000))
print(t:seek("end"), t:seek("set", 500005), t:read(5))
t:close()
print(os.time({ year = 2024, month = 2, day = 29 }) - os.time({ year = 2024, month = 1, day = 1 }))
print(os.date("!%Y-%m-%d %H:%M:%S %A", 86400 * 365), os.date("!*t", 0).yday)
print(os.getenv("NOT_SET"), os.clock() >= 0, os.difftime(5, 3), os.setlocale("C"))
print(arg[0], arg[1], arg[2], #arg, ...)
