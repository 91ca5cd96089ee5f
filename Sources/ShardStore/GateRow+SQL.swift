package import Caching
import Postgres

extension GateRow {
    /// The columns in the order of ``init(columnsOf:from:)``, of `cache_gate AS g`.
    static let columns = "g.epoch, g.mode, g.serverRun, g.nonce"

    /// Reads the row from some of a row's columns.
    ///
    /// - Parameter first: the place of the epoch; the others follow it.
    /// - Throws: `decoding` if they hold no such row: somebody has removed it.
    init(columnsOf row: PostgresRow, from first: Int) throws(PostgresError) {
        let epoch = try row.decode(GateEpoch.self, at: first)
        switch try row.decode(String.self, at: first + 1) {
        case "on":
            let run = try row.decode(RunID.self, at: first + 2)
            let bytes = try row.decode([UInt8].self, at: first + 3)
            guard let nonce = GateNonce(bytes: bytes) else {
                throw PostgresError(.decoding, "the nonce of the gate has \(bytes.count) bytes")
            }
            self.init(epoch: epoch, mode: .on(GateServer(run: run, nonce: nonce)))
        case "closing": self.init(epoch: epoch, mode: .closing)
        case "off": self.init(epoch: epoch, mode: .off)
        case let other: throw PostgresError(.decoding, "the gate has the unknown mode \(other)")
        }
    }
}

extension GateEpoch: PostgresEncodable, PostgresDecodable {}
extension RunID: PostgresEncodable, PostgresDecodable {}
extension WriterID: PostgresDecodable {}

extension RandomToken {
    /// The token as 16 bytes, the high half first, each half with its highest byte first.
    var bytes: [UInt8] {
        [high, low].flatMap { half in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }

    /// Nil unless there are 16 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        let halves = [bytes[..<8], bytes[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1])
    }
}
