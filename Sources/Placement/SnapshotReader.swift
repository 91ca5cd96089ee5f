import HubModel

/// Takes numbers, texts and records off the front of a part of a snapshot file; running out of bytes is an error.
struct SnapshotReader {
    private let file: [UInt8]
    private var position: Int
    private let end: Int

    init(_ file: [UInt8], from start: Int, to end: Int) {
        self.file = file
        position = start
        self.end = end
    }

    /// Bytes that are left.
    var remaining: UInt64 { UInt64(end - position) }

    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type
    ) throws(PlacementError) -> Number {
        let start = try take(UInt64(MemoryLayout<Number>.size))
        return Number(littleEndian: file.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: Number.self))
    }

    mutating func section(length: UInt64) throws(PlacementError) -> SnapshotReader {
        let start = try take(length)
        return SnapshotReader(file, from: start, to: position)
    }

    /// A record of the routing table; its name follows.
    mutating func record() throws(PlacementError) -> RouteRecord {
        let start = try take(UInt64(MemoryLayout<RouteRecord>.size))
        let state = file[start + SnapshotFormat.stateOffset]
        guard let state = RecordState(rawValue: state), state != .removed else {
            throw PlacementError(.malformed, "a tenant of it has no state")
        }
        return file.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: RouteRecord.self)
    }

    /// Calls `body` with the next bytes.
    mutating func withBytes<Result>(
        count: Int,
        _ body: (RawSpan) throws(PlacementError) -> Result
    ) throws(PlacementError) -> Result {
        let start = try take(UInt64(count))
        return try body(file.span.bytes.extracting(start..<position))
    }

    mutating func shards() throws(PlacementError) -> [ShardPlacement] {
        var shards: [ShardPlacement] = []
        for _ in 0..<(try number(UInt16.self)) {
            guard
                let id = ShardID(try text()), let region = RegionID(try text()),
                let state = ShardState(rawValue: try text())
            else { throw PlacementError(.malformed, "a shard of it has no name") }
            var shard = ShardPlacement(id: id, region: region, state: state, backends: [])
            for _ in 0..<(try number(UInt16.self)) {
                guard let name = ProcessName(try text()) else {
                    throw PlacementError(.malformed, "a backend of shard \(id) has no name")
                }
                let host = try text()
                shard.backends.append(BackendAddress(name: name, host: host, port: Int(try number(UInt16.self))))
            }
            shards.append(shard)
        }
        return shards
    }

    mutating func renamed() throws(PlacementError) -> (tenant: TenantID, name: Subdomain) {
        let high = UInt64(bigEndian: try number(UInt64.self))
        let low = UInt64(bigEndian: try number(UInt64.self))
        let length = try number(UInt8.self)
        let start = try take(UInt64(length))
        guard let name = Subdomain(String(decoding: file[start..<position], as: UTF8.self)) else {
            throw PlacementError(.malformed, "a renamed tenant of it has no name")
        }
        return (TenantID(high: high, low: low), name)
    }

    // MARK: - Private

    /// Moves past `count` bytes and says where they began.
    private mutating func take(_ count: UInt64) throws(PlacementError) -> Int {
        guard count <= remaining else { throw PlacementError(.damagedFile, "it ends early") }
        defer { position += Int(count) }
        return position
    }

    private mutating func text() throws(PlacementError) -> String {
        let length = try number(UInt16.self)
        let start = try take(UInt64(length))
        return String(decoding: file[start..<position], as: UTF8.self)
    }
}
