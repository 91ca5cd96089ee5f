import FoundationEssentials
package import HubModel

/// One name of the routing table, packed into 32 bytes; also its form in the snapshot file (little-endian machines).
struct RouteRecord: BitwiseCopyable {
    /// The tenant's id, big-endian halves.
    var idHigh: UInt64
    var idLow: UInt64
    var epoch: Int64
    /// Where the name begins in the table's arena of name bytes.
    var nameOffset: UInt32
    /// Index into the snapshot's list of shards.
    var shard: UInt16
    var nameLength: UInt8
    var state: RecordState

    init(tenant: TenantID, shard: UInt16, epoch: Epoch, state: RecordState) {
        (idHigh, idLow) = tenant.words
        self.epoch = epoch.rawValue
        self.shard = shard
        self.state = state
        nameOffset = 0
        nameLength = 0
    }

    var tenant: TenantID { TenantID(high: idHigh, low: idLow) }

    var nameRange: Range<Int> { Int(nameOffset)..<Int(nameOffset) + Int(nameLength) }
}

/// What a name of the table stands for. The raw values are part of the file format.
enum RecordState: UInt8 {
    case active = 0
    case suspended = 1
    case held = 2
    case deleting = 3
    /// A tenant was called this once; the record's id says which.
    case renamed = 4
    /// Nobody is called this any more: hides an older record of the same name.
    case removed = 5

    init(_ state: TenantState) {
        switch state {
        case .active: self = .active
        case .suspended: self = .suspended
        case .held: self = .held
        case .deleting: self = .deleting
        }
    }

    /// The tenant's state, or nil when the name is nobody's present name.
    var tenantState: TenantState? {
        switch self {
        case .active: .active
        case .suspended: .suspended
        case .held: .held
        case .deleting: .deleting
        case .renamed, .removed: nil
        }
    }
}

extension TenantID {
    /// The id of two big-endian halves.
    package init(high: UInt64, low: UInt64) {
        var high = high.bigEndian
        var low = low.bigEndian
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &uuid) { bytes in
            withUnsafeBytes(of: &high) { bytes.baseAddress?.copyMemory(from: $0.baseAddress!, byteCount: 8) }
            withUnsafeBytes(of: &low) { (bytes.baseAddress! + 8).copyMemory(from: $0.baseAddress!, byteCount: 8) }
        }
        self.init(UUID(uuid: uuid))
    }

    /// The id as two big-endian halves.
    var words: (high: UInt64, low: UInt64) {
        withUnsafeBytes(of: uuid.uuid) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
