/// What an item holds, in the form in which it lies in Redis.
protocol CachedItem: Sendable {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed)
    func write(to encoder: inout CacheEncoder)
}

/// An item's contents, or that the rows are no item: nobody of that id, or a list too long to be cached. That is as true
/// and as false as any contents, and ends with the same writes.
enum CachedContents<Item: CachedItem> {
    case item(Item)
    case nothing

    /// The longest item, in bytes.
    static var longest: Int { 512 << 10 }

    init(_ item: Item?) {
        self = item.map { .item($0) } ?? .nothing
    }

    /// The version of the format comes first. A backend of another version that meets it reads the rows.
    init(bytes: [UInt8]) throws(CacheDecoder.Malformed) {
        let contents = CacheDecoder.decode(bytes, version: CacheFormat.version) {
            (decoder) throws(CacheDecoder.Malformed) in
            CachedContents(try decoder.decodeOptional { (item) throws(CacheDecoder.Malformed) in try Item(&item) })
        }
        guard let contents else { throw CacheDecoder.Malformed() }
        self = contents
    }

    var bytes: [UInt8] {
        guard case .item(let item) = self else { return [CacheFormat.version, 0] }
        var encoder = CacheEncoder(version: CacheFormat.version)
        encoder.encode(true)
        item.write(to: &encoder)
        return encoder.bytes.count <= CachedContents.longest ? encoder.bytes : [CacheFormat.version, 0]
    }

    var item: Item? {
        if case .item(let item) = self { item } else { nil }
    }
}

/// To be raised with every change of what items hold.
enum CacheFormat {
    static let version: UInt8 = 1
}
