-- Numerical programs, small: the planets, the spectral norm, matrices, primes, Mandelbrot's set.
local sqrt = math.sqrt
local day, mass = 365.24, 4 * math.pi * math.pi
local bodies = {
    { 0, 0, 0, 0, 0, 0, mass },
    { 4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
        0.00166007664274403694 * day, 0.00769901118419740425 * day, -0.0000690460016972063023 * day,
        0.000954791938424326609 * mass },
    { 8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
        -0.00276742510726411899 * day, 0.00499852801234917238 * day, 0.0000230417297573763929 * day,
        0.000285885980666130812 * mass },
}
local function advance(dt)
    for i = 1, #bodies do
        local a = bodies[i]
        for j = i + 1, #bodies do
            local b = bodies[j]
            local dx, dy, dz = a[1] - b[1], a[2] - b[2], a[3] - b[3]
            local d2 = dx * dx + dy * dy + dz * dz
            local m = dt / (d2 * sqrt(d2))
            a[4], a[5], a[6] = a[4] - dx * b[7] * m, a[5] - dy * b[7] * m, a[6] - dz * b[7] * m
            b[4], b[5], b[6] = b[4] + dx * a[7] * m, b[5] + dy * a[7] * m, b[6] + dz * a[7] * m
        end
    end
    for _, b in ipairs(bodies) do
        b[1], b[2], b[3] = b[1] + dt * b[4], b[2] + dt * b[5], b[3] + dt * b[6]
    end
end
for _ = 1, 5000 do advance(0.01) end
print(string.format("planets %.13g %.13g %.13g", table.unpack(bodies[2], 1, 3)))
local size = 40
local function times(u, transposed)
    local v = {}
    for i = 1, size do
        local sum = 0
        for j = 1, size do
            local r, c = i - 1, j - 1
            if transposed then r, c = c, r end
            sum = sum + u[j] / ((r + c) * (r + c + 1) / 2 + r + 1)
        end
        v[i] = sum
    end
    return v
end
local u, v = {}, nil
for i = 1, size do u[i] = 1 end
for _ = 1, 10 do v = times(times(u), true) u = times(times(v), true) end
local uv, vv = 0, 0
for i = 1, size do uv, vv = uv + u[i] * v[i], vv + v[i] * v[i] end
print(string.format("spectral norm %.9f", sqrt(uv / vv)))
local function matrix(n, f)
    local m = {}
    for i = 1, n do m[i] = {} for j = 1, n do m[i][j] = f(i, j) end end
    return m
end
local a = matrix(60, function(i, j) return i - j end)
local b = matrix(60, function(i, j) return i + j end)
local trace = 0
for i = 1, 60 do for k = 1, 60 do trace = trace + a[i][k] * b[k][i] end end
print("trace", trace)
local composite, primes = {}, 0
for i = 2, 100000 do
    if not composite[i] then
        primes = primes + 1
        for j = i * i, 100000, i do composite[j] = true end
    end
end
print("primes", primes)
local inside = 0
for y = 0, 63 do
    for x = 0, 63 do
        local cr, ci, zr, zi = x / 32 - 1.5, y / 32 - 1, 0, 0
        local n = 0
        while n < 50 and zr * zr + zi * zi < 4 do
            zr, zi, n = zr * zr - zi * zi + cr, 2 * zr * zi + ci, n + 1
        end
        if n == 50 then inside = inside + 1 end
    end
end
print("Mandelbrot", inside)
