-- Sends the requests of a file in turn: one a line, its method, its path and, if it has one, its body. "[<id>]"
-- in a body becomes a name that was never sent before: when the run began, and a number that counts. Prints what
-- it measured as one line of JSON.
local requests = {}
local sent = 0
local run = ""
local withBody = { ["Content-Type"] = "application/json" }
local withoutBody = {}

function init(args)
  run = args[2] .. "-"
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^(%S+) (%S+) ?(.*)$")
    if body == "" then
      table.insert(requests, { text = wrk.format(method, path, withoutBody) })
    else
      local before, after = body:match("^(.-)%[<id>%](.*)$")
      table.insert(requests, { method = method, path = path, before = before or body, after = after })
    end
  end
end

function request()
  sent = sent + 1
  local next = requests[sent % #requests + 1]
  if next.text then return next.text end
  local body = next.after and (next.before .. run .. sent .. next.after) or next.before
  return wrk.format(next.method, next.path, withBody, body)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'JSON {"requests":%d,"durationUs":%d,"failures":%d,"p50Us":%d,"p99Us":%d,"p999Us":%d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
