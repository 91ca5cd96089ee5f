import HubModel

extension DirectorySnapshot {
    /// Reads a snapshot file.
    ///
    /// - Parameter file: the whole file.
    /// - Throws: `.foreignFile` when it is no snapshot of this format, `.damagedFile` when it is cut short or changed.
    package init(
        decoding file: [UInt8],
        seed: UInt64 = .random(in: .min ... .max)
    ) throws(PlacementError) {
        let bodyLength = file.count - SnapshotFormat.trailerLength
        guard bodyLength >= SnapshotFormat.headerLength, file.starts(with: SnapshotFormat.magic) else {
            throw PlacementError(.foreignFile, "it is no snapshot of a tenant directory")
        }
        var reader = SnapshotReader(file, from: SnapshotFormat.magic.count, to: bodyLength)
        let format = try reader.number(UInt32.self)
        guard format == SnapshotFormat.version else {
            throw PlacementError(.foreignFile, "it has format \(format), this version reads \(SnapshotFormat.version)")
        }
        var checksum = CRC32C()
        checksum.update(file.span.bytes.extracting(0..<bodyLength))
        var trailer = SnapshotReader(file, from: bodyLength, to: file.count)
        guard try trailer.number(UInt32.self) == checksum.value, file.suffix(4).elementsEqual(SnapshotFormat.endMark)
        else { throw PlacementError(.damagedFile, "its checksum does not match its contents") }

        self.init(seed: seed)
        version = try reader.number(Int64.self)
        topologyVersion = try reader.number(Int64.self)
        let shardBytes = try reader.number(UInt64.self)
        let recordCount = try reader.number(UInt64.self)
        let renamedCount = try reader.number(UInt64.self)
        var shardReader = try reader.section(length: shardBytes)
        shards = try shardReader.shards()
        try readRecords(count: recordCount, from: &reader)
        for _ in 0..<renamedCount {
            let (tenant, name) = try reader.renamed()
            presentNames[tenant] = name
        }
        guard reader.remaining == 0 else { throw PlacementError(.malformed, "it holds more than it lists") }
    }

    // MARK: - Private

    private mutating func readRecords(count: UInt64, from reader: inout SnapshotReader) throws(PlacementError) {
        // The table is made for as many names as the file says, but never for more than it has bytes for.
        guard count <= reader.remaining / UInt64(SnapshotFormat.shortestRecord) else {
            throw PlacementError(.damagedFile, "it ends early")
        }
        base = RoutingTable(seed: seed, capacity: Int(count))
        for _ in 0..<count {
            let record = try reader.record()
            guard Int(record.shard) < shards.count || record.state.tenantState == nil, record.nameLength > 0 else {
                throw PlacementError(.malformed, "a tenant of it has no shard or no name")
            }
            let isNew = try reader.withBytes(count: Int(record.nameLength)) { base.upsert(record, name: $0) == nil }
            guard isNew else { throw PlacementError(.malformed, "it lists one name twice") }
            if record.state.tenantState != nil { tenantCount += 1 }
        }
    }
}
