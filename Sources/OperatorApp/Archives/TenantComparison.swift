import ShardStore

/// How the rows of a tenant differ from those of an archive, counted in bounded memory: both come by table and id.
struct TenantComparison {
    struct Difference: Encodable, Sendable {
        let table: String
        /// Rows of the archive.
        var then = 0
        var now = 0
        /// In both, and not the same.
        var changed = 0
        /// Only in the tenant as it is.
        var added = 0
        /// Only in the archive.
        var deleted = 0
    }

    private(set) var differences = TenantArchive.tables.map { Difference(table: $0) }
    private let archive: ArchiveReader
    private var rows: (table: Int, texts: ArraySlice<String>)?

    init(with archive: ArchiveReader) throws {
        self.archive = archive
        try advance()
    }

    /// Takes in some rows of the tenant as it is, in the order of the archive.
    mutating func add(_ texts: [String], of table: String) throws {
        guard let index = TenantArchive.tables.firstIndex(of: table) else { return }
        for text in texts {
            differences[index].now += 1
            let id = TenantComparison.id(of: text)
            while let (table, old) = current, (table, TenantComparison.id(of: old)) < (index, id) { try delete() }
            guard let (table, old) = current, (table, TenantComparison.id(of: old)) == (index, id) else {
                differences[index].added += 1
                continue
            }
            differences[index].then += 1
            if old != text { differences[index].changed += 1 }
            try next()
        }
    }

    /// The tenant has no more rows.
    mutating func finish() throws {
        while current != nil { try delete() }
    }

    // MARK: - Private

    private var current: (table: Int, text: String)? {
        rows.flatMap { rows in rows.texts.first.map { (rows.table, $0) } }
    }

    private mutating func delete() throws {
        guard let rows else { return }
        differences[rows.table].then += 1
        differences[rows.table].deleted += 1
        try next()
    }

    private mutating func next() throws {
        rows?.texts.removeFirst()
        if rows?.texts.isEmpty == true { try advance() }
    }

    private mutating func advance() throws {
        rows = try archive.next().map { rows in
            (TenantArchive.tables.firstIndex(of: rows.table) ?? 0, rows.rows[...])
        }
    }

    /// `to_jsonb` writes the shortest names first, so an id is the first member of every row.
    private static func id(of text: String) -> Substring { text.dropFirst(#"{"id": ""#.count).prefix(36) }
}

/// What has become of a tenant since an archive, for people and scripts.
struct TenantComparisonReport: Report {
    let tables: [TenantComparison.Difference]

    func text(for stream: TextStream) -> String {
        var table = Table(
            "TABLE",
            .number("THEN"),
            .number("NOW"),
            .number("CHANGED SINCE"),
            .number("ADDED SINCE"),
            .number("DELETED SINCE")
        )
        for difference in tables {
            table.append(
                .init(difference.table),
                .init(difference.then.grouped),
                .init(difference.now.grouped),
                .init(difference.changed.grouped),
                .init(difference.added.grouped),
                .init(difference.deleted.grouped)
            )
        }
        return table.text(for: stream)
    }
}
