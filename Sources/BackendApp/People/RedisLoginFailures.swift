import HubModel
import HubWeb
import Redis
import Throttling

/// The backends' shared memory of wrong passwords, in their region's Redis; addresses are counted over all its shards.
///
/// What Redis forgets in a restart each backend still remembers of its own.
struct RedisLoginFailures: LoginFailureStore {
    let redis: RedisClient

    func take(
        _ step: LoginStep,
        of attempt: LoginAttempt,
        _ allowance: LoginAllowance,
        now: Timestamp
    ) async throws -> (failures: LoginFailures, wait: Duration?) {
        let account = "hub:{login}:account:\(attempt.account)"
        let response = try await redis.execute(
            RedisLoginFailures.script,
            keys: [
                RedisArgument(account), RedisArgument("\(account):\(attempt.network)"),
                RedisArgument("hub:{login}:network:\(attempt.network)"),
            ],
            arguments: [
                RedisArgument(step.rawValue), RedisArgument(Int(now.microseconds)),
                RedisArgument(allowance.accountFailures), RedisArgument(allowance.firstDelay.microseconds),
                RedisArgument(allowance.maximumDelay.microseconds), RedisArgument(allowance.memory.microseconds),
                RedisArgument(allowance.familiarity.microseconds),
                RedisArgument(allowance.network.interval.microseconds), RedisArgument(allowance.network.quota),
            ]
        )
        return try RedisLoginFailures.decode(response.reply)
    }

    // MARK: - Private

    /// `LoginFailures.take` in Lua; a test compares the two step by step. All times are microseconds, which a double holds
    /// exactly until the year 2255; written as text they need `%.0f`.
    private static let script = RedisScript(
        """
        local step, now = ARGV[1], tonumber(ARGV[2])
        local free, first, most, memory = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        local familiarity, interval, quota = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

        local function text(number) return string.format('%.0f', number) end
        local function milliseconds(duration) return text(math.max(1, math.ceil(duration / 1000))) end
        local function load(key)
          local fields = redis.call('HMGET', key, 'count', 'last', 'forgiven')
          if not fields[1] then return nil end
          return {count = tonumber(fields[1]), last = tonumber(fields[2]), forgiven = tonumber(fields[3])}
        end
        local function save(key, account, lifetime)
          redis.call('HSET', key, 'count', text(account.count), 'last', text(account.last),
            'forgiven', text(account.forgiven))
          redis.call('PEXPIRE', key, milliseconds(lifetime))
        end

        local strangers = load(KEYS[1]) or {count = 0, last = 0, forgiven = 0}
        local familiar = load(KEYS[2])
        local account = familiar or strangers
        local fullAt = tonumber(redis.call('GET', KEYS[3]) or '0')
        local taken = math.min(math.max(fullAt - now, 0), interval * quota)

        local wait = math.max(0, taken + interval - interval * quota)
        if now - account.last < memory and account.count >= free then
          local delay = math.min(first * 2 ^ math.min(account.count - free, 30), most)
          wait = math.max(wait, math.min(account.last + delay - now, delay))
        end

        if wait == 0 and step == 'wrong' then
          if now - account.last >= memory then account.count = 0 end
          account.count = account.count + 1
          account.last = now
          if familiar then save(KEYS[2], familiar, familiarity) else save(KEYS[1], strangers, memory) end
          fullAt = now + taken + interval
          redis.call('SET', KEYS[3], text(fullAt), 'PX', milliseconds(taken + interval))
        elseif wait == 0 and step == 'right' then
          if not familiar then
            strangers = {count = 0, last = 0, forgiven = now}
            save(KEYS[1], strangers, memory)
          end
          familiar = {count = 0, last = 0, forgiven = now}
          save(KEYS[2], familiar, familiarity)
        end

        local reply = {wait, fullAt, strangers.count, strangers.last, strangers.forgiven}
        if familiar then
          reply[6], reply[7], reply[8] = familiar.count, familiar.last, familiar.forgiven
        end
        return reply
        """
    )

    private static func decode(_ reply: RedisReply) throws -> (failures: LoginFailures, wait: Duration?) {
        guard case .array(let items) = reply else { throw UnexpectedReply() }
        let numbers = try items.map { item in
            guard case .integer(let number) = item else { throw UnexpectedReply() }
            return Int64(number)
        }
        guard numbers.count == 5 || numbers.count == 8 else { throw UnexpectedReply() }
        let failures = LoginFailures(
            strangers: account(numbers[2...4]),
            familiar: numbers.count == 8 ? account(numbers[5...7]) : nil,
            network: TokenBucket(fullAt: Timestamp(microseconds: numbers[1]))
        )
        return (failures, numbers[0] > 0 ? .microseconds(numbers[0]) : nil)
    }

    private static func account(_ numbers: ArraySlice<Int64>) -> AccountFailures {
        let first = numbers.startIndex
        return AccountFailures(
            count: Int(numbers[first]),
            last: Timestamp(microseconds: numbers[first + 1]),
            forgiven: Timestamp(microseconds: numbers[first + 2])
        )
    }

    private struct UnexpectedReply: Error {}
}

extension Duration {
    fileprivate var microseconds: Int { Int(self / .microseconds(1)) }
}
