extension DirectorySnapshot {
    /// Calls `body` with each record that counts: those of the overlay, and those of the base that it does not hide.
    func forEachRecord<Failure: Error>(
        _ body: (RouteRecord, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        try base.forEach { (record, name) throws(Failure) in
            guard record.state != .removed else { return }
            if overlay.count > 0, overlay.record(named: name, hash: base.hash(of: name)) != nil { return }
            try body(record, name)
        }
        try overlay.forEach { (record, name) throws(Failure) in
            guard record.state != .removed else { return }
            try body(record, name)
        }
    }

    /// How many records count.
    var recordCount: Int {
        var count = 0
        forEachRecord { _, _ in count += 1 }
        return count
    }

    /// One table of everything that counts, without graves.
    func compacted() -> RoutingTable {
        var table = RoutingTable(seed: seed, capacity: recordCount)
        forEachRecord { record, name in table.upsert(record, name: name) }
        return table
    }
}
