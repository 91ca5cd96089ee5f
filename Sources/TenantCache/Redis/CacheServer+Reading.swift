package import Caching
package import Redis

extension CacheServer {
    static let valueTag = UInt8(ascii: "V")

    /// Reads without taking a lease or filling anything, for whoever compares the cache with the rows it was filled from.
    ///
    /// - Returns: nil for anything but a value of this shard.
    package func peek(_ key: CacheKey) async throws(RedisError) -> CachedBytes? {
        let name = namespace.name(key)
        guard let item = try await redis.command("GET", RedisArgument(name)).bytes else { return nil }
        return value(item, name)
    }

    /// Reads the items, with one native command if all are there, and else with the script, which takes leases.
    func read(
        _ keys: [CacheKey],
        _ token: FillToken,
        _ nonce: GateNonce,
        clock: RedisArgument
    ) async throws(RedisError) -> CacheReply<CachedBytes>? {
        let names = keys.map(namespace.name)
        let arguments = ([namespace.sentinel] + names).map { RedisArgument($0) }
        let nonce = nonce.hexadecimal
        let stored = try await redis.send(["MGET"] + arguments)
        guard let items = stored.reply.array, items.count == arguments.count else { return nil }
        guard items[0].string == nonce else { return CacheReply(server: RunID(rawValue: stored.runID), .foreign) }
        if items.dropFirst().allSatisfy({ $0.bytes?.first == CacheServer.valueTag }) {
            return try await readings(items.dropFirst(), names, from: stored.runID)
        }
        let response = try await redis.execute(
            scripts.read,
            keys: arguments,
            arguments: [
                RedisArgument(nonce), clock, RedisArgument(token.hexadecimal),
                RedisArgument(max(1, Int(timing.fillLease / .milliseconds(1)))),
                RedisArgument(Int(timing.fenceDoubt / .microseconds(1))),
            ]
        )
        switch response.reply {
        case .integer(-1): return CacheReply(server: RunID(rawValue: response.runID), .foreign)
        case .array(let items) where items.count == names.count:
            return try await readings(items[...], names, from: response.runID)
        default: return nil
        }
    }

    // MARK: - Private

    /// What the replies mean. Whatever is none of ours is removed, and its reader sent to the primary, to fill nothing.
    private func readings(
        _ items: ArraySlice<RedisReply>,
        _ names: [String],
        from runID: String
    ) async throws(RedisError) -> CacheReply<CachedBytes>? {
        var readings: [CacheReading<CachedBytes>] = []
        var refused: [(name: String, contents: [UInt8])] = []
        for (item, name) in zip(items, names) {
            guard let bytes = item.bytes, let tag = bytes.first else { return nil }
            switch tag {
            case CacheServer.valueTag:
                if let value = value(bytes, name) {
                    readings.append(.value(value))
                } else {
                    refused.append((name, bytes))
                    readings.append(.fenced(doubtful: []))
                }
            case UInt8(ascii: "L"):
                readings.append(.leased)
            case UInt8(ascii: "O"):
                readings.append(.leasedByAnother)
            case UInt8(ascii: "F"):
                guard let writers = writers(bytes.dropFirst()) else { return nil }
                readings.append(.fenced(doubtful: writers))
            default:
                refused.append((name, Array(bytes.dropFirst())))
                readings.append(.fenced(doubtful: []))
            }
        }
        if !refused.isEmpty { await discard(refused) }
        return CacheReply(server: RunID(rawValue: runID), .readings(readings))
    }

    private func value(_ item: [UInt8], _ name: String) -> CachedBytes? {
        guard item.first == CacheServer.valueTag else { return nil }
        return seal.open(item.dropFirst(), under: name)
    }

    /// The writers of a list such as `748,751`, smallest first.
    private func writers(_ list: ArraySlice<UInt8>) -> [WriterID]? {
        let texts = list.split(separator: UInt8(ascii: ","))
        let writers = texts.compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
        return writers.count == texts.count ? writers.sorted().map { WriterID(rawValue: $0) } : nil
    }

    private func discard(_ refused: [(name: String, contents: [UInt8])]) async {
        counters.countRefused(refused.count)
        do throws(RedisError) {
            _ = try await redis.execute(
                scripts.discard,
                keys: refused.map { RedisArgument($0.name) },
                arguments: refused.map { RedisArgument($0.contents) }
            )
        } catch {
            counters.countError("\(error)")
        }
    }
}
