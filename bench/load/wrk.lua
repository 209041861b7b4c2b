-- Posts the bodies of a file (one a line) in turn. "[<id>]" in a body becomes a name that was never sent
-- before: when the run began, and a number that counts. Prints what it measured as one line of JSON.
local bodies = {}
local sent = 0
local run = ""

function init(args)
  run = args[2] .. "-"
  for line in io.lines(args[1]) do
    local before, after = line:match("^(.-)%[<id>%](.*)$")
    table.insert(bodies, { before or line, after })
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  sent = sent + 1
  local body = bodies[sent % #bodies + 1]
  return wrk.format(nil, nil, nil, body[2] and (body[1] .. run .. sent .. body[2]) or body[1])
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'JSON {"requests":%d,"durationUs":%d,"failures":%d,"p50Us":%d,"p99Us":%d,"p999Us":%d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
