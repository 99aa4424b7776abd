-- Sends one request a line of a file, each once, and counts the answers that are what they should be. A line is "path<TAB>body", and a
-- third column is a cookie; with "again" it starts anew at the end, for a load that is not counted.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } instant; int clock_gettime(int clock, instant *now);")
local instant = ffi.new("instant")
local lines = {}
local nextLine = 0
local again = false
local thread
function setup(each) thread = each end

good = 0
other = 0
first = ""
left = 0
-- Microseconds of the monotonic clock: wrk itself waits to the end of its time although the requests ran out.
firstAt = 0
lastAt = 0

local function now()
  ffi.C.clock_gettime(1, instant)
  return tonumber(instant.seconds) * 1e6 + tonumber(instant.nanoseconds) / 1e3
end

-- args: the file, what a good answer has in it, "again" or "once", and then name and value of each header.
function init(args)
  local headers = { ["Content-Type"] = "application/json" }
  expected = args[2]
  again = args[3] == "again"
  for place = 4, #args - 1, 2 do headers[args[place]] = args[place + 1] end
  for line in io.lines(args[1]) do
    local path, body, cookie = line:match("^([^\t]*)\t([^\t]*)\t?(.*)$")
    if cookie ~= "" then headers["Cookie"] = cookie end
    lines[#lines + 1] = wrk.format("POST", path, headers, body)
  end
  left = #lines
end

function request()
  if firstAt == 0 then firstAt = now() end
  nextLine = nextLine + 1
  left = #lines - nextLine
  if again then return lines[(nextLine - 1) % #lines + 1] end
  if nextLine >= #lines then wrk.thread:stop() end
  return lines[math.min(nextLine, #lines)]
end

function response(status, _, body)
  lastAt = now()
  if body:find(expected, 1, true) then
    good = good + 1
  else
    other = other + 1
    if first == "" then first = status .. " " .. body end
  end
end

function done(summary, latency)
  local figures = {
    good = thread:get("good"), other = thread:get("other"), left = thread:get("left"),
    micros = thread:get("lastAt") - thread:get("firstAt"), p50 = latency:percentile(50), p99 = latency:percentile(99),
    errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
  }
  local parts = {}
  for name, figure in pairs(figures) do parts[#parts + 1] = string.format('"%s":%d', name, figure) end
  print("FIGURES {" .. table.concat(parts, ",") .. "}")
  print("FIRST " .. thread:get("first"))
end
