import HubModel
import Placement

/// Reads the rows `id, subdomain, shard, epoch, state` of a text COPY into a snapshot, without a `String` per row.
///
/// The format is PostgreSQL's (section "COPY, File Formats"): columns end with a tab, rows with a line feed. No column can
/// hold a byte that would be escaped.
struct FeedTenantReader: ~Copyable {
    private var builder: SnapshotBuilder
    /// The shard of the row before, which most rows share.
    private var lastShard: (name: [UInt8], index: UInt16)?

    init(_ builder: consuming SnapshotBuilder) {
        self.builder = builder
    }

    /// Reads a chunk of whole rows.
    mutating func read(_ chunk: [UInt8]) throws(FeedFormatError) {
        var start = 0
        while start < chunk.count {
            start = try readRow(chunk, from: start)
        }
    }

    consuming func finish() -> DirectorySnapshot { builder.finish() }

    // MARK: - Private

    private static let tab: UInt8 = 0x09
    private static let lineFeed: UInt8 = 0x0A

    /// - Returns: where the next row begins.
    private mutating func readRow(_ chunk: [UInt8], from start: Int) throws(FeedFormatError) -> Int {
        let id = start..<start + 36
        let name = try FeedTenantReader.column(chunk, from: id.upperBound + 1, endedBy: FeedTenantReader.tab)
        let shardName = try FeedTenantReader.column(chunk, from: name.upperBound + 1, endedBy: FeedTenantReader.tab)
        let epoch = try FeedTenantReader.column(chunk, from: shardName.upperBound + 1, endedBy: FeedTenantReader.tab)
        let state = try FeedTenantReader.column(chunk, from: epoch.upperBound + 1, endedBy: FeedTenantReader.lineFeed)
        guard chunk[id.upperBound] == FeedTenantReader.tab, let tenant = TenantID(hexadecimal: chunk, at: start) else {
            throw FeedFormatError(column: "id")
        }
        guard let number = FeedTenantReader.decimal(chunk, epoch) else { throw FeedFormatError(column: "epoch") }
        guard let tenantState = FeedTenantReader.state(chunk, state) else { throw FeedFormatError(column: "state") }
        let shard = try shardIndex(chunk, shardName)
        do throws(PlacementError) {
            try builder.add(
                tenant: tenant,
                name: chunk.span.bytes.extracting(name),
                shard: shard,
                epoch: Epoch(rawValue: number),
                state: tenantState
            )
        } catch {
            throw FeedFormatError(column: "subdomain")
        }
        return state.upperBound + 1
    }

    private static func column(_ chunk: [UInt8], from start: Int, endedBy end: UInt8) throws(FeedFormatError) -> Range<
        Int
    > {
        var position = start
        while position < chunk.count {
            if chunk[position] == end { return start..<position }
            position += 1
        }
        throw FeedFormatError(column: "end of row")
    }

    private static func decimal(_ chunk: [UInt8], _ range: Range<Int>) -> Int64? {
        guard (1...18).contains(range.count) else { return nil }
        var value: Int64 = 0
        for position in range {
            let digit = chunk[position] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// The first byte tells the states apart; the database allows no others.
    private static func state(_ chunk: [UInt8], _ range: Range<Int>) -> TenantState? {
        let state: TenantState
        switch chunk[range.lowerBound] {
        case UInt8(ascii: "a"): state = .active
        case UInt8(ascii: "s"): state = .suspended
        case UInt8(ascii: "h"): state = .held
        case UInt8(ascii: "d"): state = .deleting
        default: return nil
        }
        return state.rawValue.utf8.count == range.count ? state : nil
    }

    private mutating func shardIndex(_ chunk: [UInt8], _ range: Range<Int>) throws(FeedFormatError) -> UInt16 {
        if let lastShard, lastShard.name.elementsEqual(chunk[range]) { return lastShard.index }
        let name = Array(chunk[range])
        guard let shard = ShardID(String(decoding: name, as: UTF8.self)), let index = builder.index(of: shard) else {
            throw FeedFormatError(column: "shard")
        }
        lastShard = (name, index)
        return index
    }
}

/// A row of the directory that no router can use: a column is not what the schema says.
struct FeedFormatError: Error, CustomStringConvertible {
    let column: String

    var description: String { "a tenant of the directory has no usable \(column)" }
}

extension TenantID {
    /// Reads the 36-byte form at a place that the caller knows to be inside.
    fileprivate init?(hexadecimal chunk: [UInt8], at start: Int) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for offset in 0..<36 {
            let byte = chunk[start + offset]
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                guard byte == 0x2D else { return nil }
                continue
            }
            let value: UInt8
            switch byte {
            case 0x30...0x39: value = byte - 0x30
            case 0x61...0x66: value = byte - 0x57
            default: return nil
            }
            if digits < 16 {
                words.0 = words.0 << 4 | UInt64(value)
            } else {
                words.1 = words.1 << 4 | UInt64(value)
            }
            digits += 1
        }
        self.init(high: words.0, low: words.1)
    }
}
