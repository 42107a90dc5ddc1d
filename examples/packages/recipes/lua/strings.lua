-- Patterns, formats, packing, UTF-8, large strings.
print(("key = value; other=2"):gsub("(%w+)%s*=%s*(%w+)", "%2:%1"))
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, " ") end
print(("THE (quick) fox"):find("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"))
print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print(pcall(string.find, "a", "[a"), pcall(string.rep, "a", -1))
print(("hello"):byte(1, -1))
print(string.char(72, 105), ("abc"):rep(3, "-"), ("abc"):reverse(), ("abc"):sub(-2))
print(#"\u{10FFFF}\z
    joined")
print(string.format("%-10s|%10.3s|%q|%c|%%", "left", "right", "a\nb\0c\"", 65))
local packed = string.pack("<i4 >I2 z s1 d j !8 b", -2, 513, "zero", "counted", 1.5, math.mininteger, 7)
print(#packed, string.unpack("<i4 >I2 z s1 d j !8 b", packed))
print(pcall(string.pack, "i1", 200))
for p, c in utf8.codes("aé€𝄞") do io.write(p, "=", c, " ") end
print(utf8.len("aé€𝄞"), utf8.char(233, 8364), utf8.offset("aé€𝄞", 3), utf8.len("\xff"))
local parts = {}
for i = 1, 50000 do parts[i] = i end
local big = table.concat(parts, ",")
local count, hash = 0, 0
for n in big:gmatch("%d+") do count, hash = count + 1, (hash * 31 + n) & 0xffffffff end
print(#big, count, hash, #big:gsub("9", "nine"), #big:upper(), big:find("49999", 1, true))
print(load(string.dump(function(a) return a * 2 end), "dumped", "b")(21))
