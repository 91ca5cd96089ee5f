extension DirectorySnapshot {
    /// Calls `body` with each record that counts: those of the overlay, and those of the base that it does not hide.
    func forEachRecord<Failure: Error>(
        _ body: (RouteRecord, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        for index in base.records.indices {
            let record = base.records[index]
            let name = base.names.span.bytes.extracting(record.nameRange)
            guard record.state != .removed else { continue }
            if overlay.count > 0, overlay.index(of: name, hash: base.hash(of: name)) != nil { continue }
            try body(record, name)
        }
        for index in overlay.records.indices {
            let record = overlay.records[index]
            guard record.state != .removed else { continue }
            try body(record, overlay.names.span.bytes.extracting(record.nameRange))
        }
    }

    /// One table of everything that counts, without graves.
    func compacted() -> RoutingTable {
        var table = RoutingTable(seed: seed, capacity: tenantCount + presentNames.count)
        forEachRecord { record, name in _ = table.upsert(record, name: name) }
        return table
    }
}
