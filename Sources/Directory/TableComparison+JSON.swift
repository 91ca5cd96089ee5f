import FoundationEssentials
import Moving

extension [TableComparison] {
    /// As a column keeps them; hashes are text, since they have 64 bits.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(map(StoredComparison.init))).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    init(json: String) {
        let stored = (try? JSONDecoder().decode([StoredComparison].self, from: Data(json.utf8))) ?? []
        self = stored.map(\.comparison)
    }
}

private struct StoredComparison: Codable {
    let table: String
    let sourceRows: Int64
    let sourceHash: String
    let targetRows: Int64
    let targetHash: String
    let changed: Int64?

    init(_ comparison: TableComparison) {
        table = comparison.table
        sourceRows = comparison.source.rows
        sourceHash = String(comparison.source.hash, radix: 16)
        targetRows = comparison.target.rows
        targetHash = String(comparison.target.hash, radix: 16)
        changed = comparison.changed
    }

    var comparison: TableComparison {
        TableComparison(
            table: table,
            source: TableDigest(rows: sourceRows, hash: UInt64(sourceHash, radix: 16) ?? 0),
            target: TableDigest(rows: targetRows, hash: UInt64(targetHash, radix: 16) ?? 0),
            changed: changed
        )
    }
}
