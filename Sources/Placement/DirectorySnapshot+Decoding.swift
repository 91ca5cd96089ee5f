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
        let nameBytes = try reader.number(UInt64.self)
        let renamedCount = try reader.number(UInt64.self)
        var shardReader = try reader.section(length: shardBytes)
        shards = try shardReader.shards()
        let records = try reader.records(count: recordCount)
        let names = try reader.bytes(count: nameBytes)
        try validate(records, nameBytes: names.count)
        guard let table = RoutingTable(seed: seed, records: records, names: names) else {
            throw PlacementError(.malformed, "it lists one name twice")
        }
        base = table
        tenantCount = records.count { $0.state.tenantState != nil }
        for _ in 0..<renamedCount {
            let (tenant, name) = try reader.renamed()
            presentNames[tenant] = name
        }
    }

    // MARK: - Private

    private func validate(_ records: [RouteRecord], nameBytes: Int) throws(PlacementError) {
        for record in records {
            let hasShard = Int(record.shard) < shards.count || record.state.tenantState == nil
            guard hasShard, record.nameRange.upperBound <= nameBytes, record.nameLength > 0 else {
                throw PlacementError(.malformed, "a tenant of it has no shard or no name")
            }
        }
    }
}
