/**
 * Lua that runs before a script in the memory store, whose interpreter hands out JavaScript objects where
 * Redis gives tables, floats where it gives integers, and exceptions where it gives error tables.
 * Tables to return are filled from their end: only in that order does it take them for arrays. It is one
 * line, so that the line numbers of the script's own errors stay right.
 */
const PRELUDE = `
local raw = redis.call
local function text(e) return (tostring(e):gsub('^%a*Error: ', '')) end
local function table_of(v, first, last) local t = {} for i = first, last do t[#t + 1] = redis.value(v[i]) end return t end
redis.value = function(v, top)
  if math.type(v) == 'float' then return math.tointeger(v) or v end
  if type(v) ~= 'userdata' then return v end
  if tostring(v) == 'null' then return false end
  if top then return table_of(v, 1, #v) end
  return table_of(v, 0, math.tointeger(v.length) - 1)
end
local function argument(v) if math.type(v) == 'float' then return string.format('%.17g', v) end return v end
redis.pcall = function(...)
  local values = table.pack(...)
  for i = 1, values.n do values[i] = argument(values[i]) end
  local ok, v = pcall(raw, table.unpack(values, 1, values.n))
  if ok then return redis.value(v, true) end
  return { err = text(v) }
end
redis.call = function(...)
  local v = redis.pcall(...)
  if type(v) == 'table' and v.err then error(v.err, 0) end
  return v
end
redis.error_reply = function(message) return { err = message } end
redis.status_reply = function(message) return { ok = message } end
redis.log = function() end
tostring = (function(plain) return function(v) return plain(math.tointeger(v) or v) end end)(tostring)
local function answer(v)
  if type(v) == 'table' and v.err then error(v.err, 0) end
  if type(v) ~= 'table' then return v end
  if v.ok then return v.ok end
  local n, t = 0, {}
  while v[n + 1] ~= nil do n = n + 1 end
  for i = n, 1, -1 do t[i] = answer(v[i]) end
  return t
end
`.replaceAll(/\s*\n\s*/g, " ");

/** A script as the memory store can run it, with the meaning it has on Redis. */
export function forMemory(script: string): string {
  return `${PRELUDE} return answer((function() ${script}\nend)())`;
}

/** The message of a failed script without the interpreter's own words around it. */
export function scriptError(message: string): string {
  return message.replace(/^Error trying to loading or executing lua code string in VM: /, "");
}
