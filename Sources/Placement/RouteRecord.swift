import FoundationEssentials
package import HubModel

/// What the routing table knows of one name, packed into 28 bytes; also its form in the snapshot file (little-endian
/// machines).
struct RouteRecord: BitwiseCopyable {
    /// The tenant's id, big-endian halves.
    var idHigh: UInt64
    var idLow: UInt64
    var epoch: Int64
    /// Index into the snapshot's list of shards.
    var shard: UInt16
    var nameLength: UInt8
    var state: RecordState

    init(tenant: TenantID, shard: UInt16, epoch: Epoch, state: RecordState) {
        (idHigh, idLow) = tenant.words
        self.epoch = epoch.rawValue
        self.shard = shard
        self.state = state
        nameLength = 0
    }

    var tenant: TenantID { TenantID(high: idHigh, low: idLow) }
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
    ///
    /// `UUID` has one stored property, its sixteen bytes. Its initialiser takes each of them as an argument of its own,
    /// which made it the most expensive step of a lookup.
    package init(high: UInt64, low: UInt64) {
        self.init(unsafeBitCast((high.bigEndian, low.bigEndian), to: UUID.self))
    }

    /// The id as two big-endian halves.
    var words: (high: UInt64, low: UInt64) {
        let (high, low) = unsafeBitCast(uuid, to: (UInt64, UInt64).self)
        return (UInt64(bigEndian: high), UInt64(bigEndian: low))
    }
}
