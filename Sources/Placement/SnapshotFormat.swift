/// The snapshot file, format 2; all numbers little-endian.
///
/// ```
/// header   magic "HUBROUTE", format u32, directory version i64, topology version i64,
///          then u64 each: bytes of the shards section, records, renamed tenants
/// shards   count u16; per shard: id, region, state, backend count u16; per backend: name, host, port u16
///          (every text: length u16, UTF-8)
/// records  28 bytes each, see RouteRecord, and the bytes of the name
/// renamed  per tenant: id (16 bytes), present name (length u8, bytes)
/// trailer  CRC-32C of everything before (u32), "END\n"
/// ```
enum SnapshotFormat {
    static let magic: [UInt8] = Array("HUBROUTE".utf8)
    static let endMark: [UInt8] = Array("END\n".utf8)
    static let version: UInt32 = 2
    static let headerLength = 8 + 4 + 8 + 8 + 3 * 8
    /// Bytes of a record with a name of one byte.
    static let shortestRecord = MemoryLayout<RouteRecord>.size + 1
    /// Where a record's state is: its last byte.
    static let stateOffset = MemoryLayout<RouteRecord>.size - 1
    static let trailerLength = 4 + 4
}
