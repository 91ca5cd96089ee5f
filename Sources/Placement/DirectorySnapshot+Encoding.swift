import HubModel

extension DirectorySnapshot {
    /// Writes the snapshot in the form of a snapshot file, in pieces of about 256 KiB.
    ///
    /// - Parameter sink: takes each piece; the file is complete when this returns.
    package func encode<Failure: Error>(to sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        let shardSection = encodedShards()
        var writer = SnapshotWriter()
        writer.append(SnapshotFormat.magic)
        writer.append(SnapshotFormat.version)
        writer.append(version)
        writer.append(topologyVersion)
        writer.append(UInt64(shardSection.count))
        writer.append(UInt64(recordCount))
        writer.append(UInt64(presentNames.count))
        writer.append(shardSection)

        try forEachRecord { (record, name) throws(Failure) in
            writer.append(record)
            writer.append(name)
            try writer.flushIfFull(to: sink)
        }
        for (tenant, name) in presentNames {
            let (high, low) = tenant.words
            writer.append(high.bigEndian)
            writer.append(low.bigEndian)
            writer.append(UInt8(name.rawValue.utf8.count))
            writer.append(name.rawValue.utf8.span.bytes)
        }
        try sink(writer.finished().span.bytes)
    }

    // MARK: - Private

    private func encodedShards() -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt16) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        func append(_ text: String) {
            append(UInt16(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        append(UInt16(shards.count))
        for shard in shards {
            append(shard.id.rawValue)
            append(shard.region.rawValue)
            append(shard.state.rawValue)
            append(UInt16(shard.backends.count))
            for backend in shard.backends {
                append(backend.name.rawValue)
                append(backend.host)
                append(UInt16(backend.port))
            }
        }
        return bytes
    }
}

/// Gathers bytes into pieces for a sink and keeps the checksum.
private struct SnapshotWriter {
    private var piece: [UInt8] = []
    private var checksum = CRC32C()

    private static let pieceLength = 256 * 1024

    init() {
        piece.reserveCapacity(SnapshotWriter.pieceLength + 1024)
    }

    mutating func append(_ bytes: [UInt8]) { piece.append(contentsOf: bytes) }

    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { piece.append(contentsOf: $0) }
    }

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { piece.append(contentsOf: $0) }
    }

    mutating func append(_ record: RouteRecord) {
        withUnsafeBytes(of: record) { piece.append(contentsOf: $0) }
    }

    mutating func flushIfFull<Failure: Error>(to sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        guard piece.count >= SnapshotWriter.pieceLength else { return }
        checksum.update(piece)
        try sink(piece.span.bytes)
        piece.removeAll(keepingCapacity: true)
    }

    /// The last piece.
    mutating func finished() -> [UInt8] {
        checksum.update(piece)
        append(checksum.value)
        append(SnapshotFormat.endMark)
        return piece
    }
}
