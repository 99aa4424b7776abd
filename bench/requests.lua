-- Sends one request a line of a file ("path<TAB>body"), each once, and counts the answers that are what they should be.
local lines = {}
local nextLine = 0
local headers = {}
local thread
function setup(each) thread = each end

good = 0
other = 0
first = ""
left = 0

function init(args)
  headers["Authorization"] = "Bearer " .. args[2]
  headers["Content-Type"] = "application/json"
  expected = args[3]
  for line in io.lines(args[1]) do
    local tab = line:find("\t", 1, true)
    lines[#lines + 1] = wrk.format("POST", line:sub(1, tab - 1), headers, line:sub(tab + 1))
  end
  left = #lines
end

function request()
  nextLine = nextLine + 1
  left = #lines - nextLine
  if nextLine >= #lines then wrk.thread:stop() end
  return lines[math.min(nextLine, #lines)]
end

function response(status, _, body)
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
    micros = summary.duration, p50 = latency:percentile(50), p99 = latency:percentile(99),
    errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
  }
  local parts = {}
  for name, figure in pairs(figures) do parts[#parts + 1] = string.format('"%s":%d', name, figure) end
  print("FIGURES {" .. table.concat(parts, ",") .. "}")
  print("FIRST " .. thread:get("first"))
end
