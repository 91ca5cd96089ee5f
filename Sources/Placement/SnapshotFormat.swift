/// The snapshot file, format 1; all numbers little-endian.
///
/// ```
/// header   magic "HUBROUTE", format u32, directory version i64, topology version i64,
///          then u64 each: bytes of the shards section, records, bytes of names, renamed tenants
/// shards   count u16; per shard: id, region, state, backend count u16; per backend: name, host, port u16
///          (every text: length u16, UTF-8)
/// records  32 bytes each, see RouteRecord; name offsets count from the beginning of the names section
/// names    the bytes of all names
/// renamed  per tenant: id (16 bytes), present name (length u8, bytes)
/// trailer  CRC-32C of everything before (u32), "END\n"
/// ```
enum SnapshotFormat {
    static let magic: [UInt8] = Array("HUBROUTE".utf8)
    static let endMark: [UInt8] = Array("END\n".utf8)
    static let version: UInt32 = 1
    static let headerLength = 8 + 4 + 8 + 8 + 4 * 8
    static let trailerLength = 4 + 4
}
