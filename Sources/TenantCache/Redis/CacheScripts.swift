import Redis

/// The scripts of the protocol, each one atomic step of `CacheKeyspace`, to which a test holds them.
///
/// `KEYS[1]` is the sentinel and the items follow; `ARGV[1]` is what the sentinel must hold, or the reply is -1 and nothing
/// is done. An item is a string:
/// - `V` and a sealed value, with a time to live;
/// - `L` and the 32 digits of the token that may fill it, with a time to live;
/// - `F` and the writers of a fence, as in `F748@1766412000000000,751@1766412000000009`: transaction id and the microsecond
///   since when. Neither it nor the sentinel has a time to live, or a policy might evict it.
///
/// A 64-bit transaction id is more than a Lua number can hold, so it stays text. Times are subtracted as numbers, exact
/// until the year 2255, and kept as text.
struct CacheScripts: Sendable {
    /// Reads the items, and takes a lease on those that are absent.
    ///
    /// `ARGV`: nonce, time (empty for that of Redis), token, milliseconds of a lease, microseconds until a fence is in doubt.
    /// The reply has for each item the whole of a value, `L` for a lease taken, `O` for another's, `F` and the doubtful
    /// writers for a fence, and `?` and the contents for what no script of these wrote.
    var read = RedisScript(
        gate + clock + fences + """
            local now, doubt, reply = clock(), tonumber(ARGV[5]), {}
            for index = 2, #KEYS do
              local item = redis.pcall('GET', KEYS[index])
              local tag = type(item) == 'string' and string.sub(item, 1, 1)
              local writers = writersOf(item)
              if not item then
                redis.call('SET', KEYS[index], 'L' .. ARGV[3], 'PX', ARGV[4])
                reply[#reply + 1] = 'L'
              elseif tag == 'V' then
                reply[#reply + 1] = item
              elseif tag == 'L' and #item == 33 then
                reply[#reply + 1] = item == 'L' .. ARGV[3] and 'L' or 'O'
              elseif writers then
                local doubtful = {}
                for _, writer in ipairs(writers) do
                  if tonumber(now) - tonumber(writer.since) >= doubt then doubtful[#doubtful + 1] = writer.id end
                end
                reply[#reply + 1] = 'F' .. table.concat(doubtful, ',')
              else
                reply[#reply + 1] = '?' .. (tag and item or '')
              end
            end
            return reply
            """
    )

    /// Fills the items where the token still stands, and replies how many.
    ///
    /// `ARGV`: nonce, token, then for each item its milliseconds to live and its contents.
    var fill = RedisScript(
        gate + """
            local filled = 0
            for index = 2, #KEYS do
              if redis.pcall('GET', KEYS[index]) == 'L' .. ARGV[2] then
                redis.call('SET', KEYS[index], ARGV[2 * index], 'PX', ARGV[2 * index - 1])
                filled = filled + 1
              end
            end
            return filled
            """
    )

    /// Puts the writer on the fence of each item, whatever is there.
    ///
    /// `ARGV`: nonce, time (empty for that of Redis), writer.
    var fence = RedisScript(
        gate + clock + fences + """
            local now = clock()
            for index = 2, #KEYS do
              local writers = writersOf(redis.pcall('GET', KEYS[index])) or {}
              local others = {}
              for _, writer in ipairs(writers) do
                if writer.id ~= ARGV[3] then others[#others + 1] = writer end
              end
              others[#others + 1] = {id = ARGV[3], since = now}
              redis.call('SET', KEYS[index], fenceOf(others))
            end
            return 1
            """
    )

    /// Takes the writers off the fences; what is no fence, or one that nobody is left on, is removed.
    ///
    /// `ARGV`: nonce, then the writers.
    var unfence = RedisScript(
        gate + fences + """
            local ended = {}
            for index = 2, #ARGV do ended[ARGV[index]] = true end
            for index = 2, #KEYS do
              local others = {}
              for _, writer in ipairs(writersOf(redis.pcall('GET', KEYS[index])) or {}) do
                if not ended[writer.id] then others[#others + 1] = writer end
              end
              if #others > 0 then redis.call('SET', KEYS[index], fenceOf(others)) else redis.call('DEL', KEYS[index]) end
            end
            return 1
            """
    )

    /// Removes each key that still holds what was refused, or no string at all, and replies how many.
    ///
    /// Without a sentinel: `KEYS` are the items and `ARGV` their contents.
    var discard = RedisScript(
        """
        local removed = 0
        for index = 1, #KEYS do
          local item = redis.pcall('GET', KEYS[index])
          if type(item) == 'table' or item == ARGV[index] then removed = removed + redis.call('DEL', KEYS[index]) end
        end
        return removed
        """
    )

    // MARK: - Private

    private static let gate = """
        if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return -1 end

        """

    private static let clock = """
        local function clock()
          if ARGV[2] ~= '' then return ARGV[2] end
          local time = redis.call('TIME')
          return time[1] .. string.rep('0', 6 - #time[2]) .. time[2]
        end

        """

    private static let fences = """
        local function fenceOf(writers)
          local texts = {}
          for index, writer in ipairs(writers) do texts[index] = writer.id .. '@' .. writer.since end
          return 'F' .. table.concat(texts, ',')
        end
        local function isNumber(text, greatest)
          if #text > 1 and string.sub(text, 1, 1) == '0' then return false end
          return #text < #greatest or #text == #greatest and text <= greatest
        end
        local function writersOf(item)
          if type(item) ~= 'string' or string.sub(item, 1, 1) ~= 'F' then return nil end
          local writers = {}
          for id, since in string.gmatch(item, '(%d+)@(%d+)') do
            if not isNumber(id, '18446744073709551615') or not isNumber(since, '9007199254740991') then return nil end
            writers[#writers + 1] = {id = id, since = since}
          end
          if #writers == 0 or fenceOf(writers) ~= item then return nil end
          return writers
        end

        """
}
