import Crypto
import HubColumns
package import HubModel
import Postgres

/// What a look through a whole chain has found.
package struct ChainFindings: Sendable {
    package internal(set) var seals = 0
    /// Entries whose text was hashed.
    package internal(set) var entries = 0
    /// Months that are in files, with as many entries as could not be looked at.
    package internal(set) var archived: [String: Int] = [:]
    /// The last seal that some witness has, and when it got it.
    package internal(set) var witnessed: AuditWitness?
    /// What is wrong, a sentence each.
    package var faults: [String] = []

    /// So many are told; one change can break much.
    fileprivate static let limit = 100

    /// Adds what is wrong elsewhere.
    package mutating func add(faults: [String]) { for fault in faults { add(fault) } }

    fileprivate mutating func add(_ fault: String) {
        if faults.count < ChainFindings.limit { faults.append(fault) }
    }
}

extension AuditDatabase {
    /// Looks through a tenant's chain here: every entry is hashed anew, every seal, and the chain is compared with what
    /// witnesses have. Nothing that this database computes is relied on but the text of its rows.
    ///
    /// - Parameter witnesses: heads that others keep.
    package func verify(
        _ tenant: TenantID,
        against witnesses: [AuditWitness]
    ) async throws(AuditStoreError) -> ChainFindings {
        try await telling("verifying the chain") {
            try await pool.withTransaction(TransactionOptions(isolation: .repeatableRead, isReadOnly: true)) {
                transaction in
                var verifier = ChainVerifier(tenant: tenant, witnesses: witnesses, transaction: transaction)
                return try await verifier.run()
            }
        }
    }
}

private struct ChainVerifier {
    let tenant: TenantID
    let witnesses: [AuditWitness]
    let transaction: PostgresTransaction
    var findings = ChainFindings()

    init(tenant: TenantID, witnesses: [AuditWitness], transaction: PostgresTransaction) {
        (self.tenant, self.witnesses, self.transaction) = (tenant, witnesses, transaction)
    }

    mutating func run() async throws -> ChainFindings {
        let months = try await transaction.query("SELECT to_char(month, 'YYYY-MM') FROM audit_archives").decode(
            String.self
        )
        let heads = try await transaction.query(
            "SELECT number, entries, encode(hash, 'hex') FROM audit_chains WHERE tenantId = \(tenant)"
        ).decode((Int.self, Int.self, String.self))
        var expected = Dictionary(grouping: witnesses, by: \.number)
        findings.witnessed = witnesses.max { $0.number < $1.number }
        try await open("seals", "\(fragment: AuditSeal.query) WHERE tenantId = \(tenant) ORDER BY number")
        try await open(
            "entries",
            """
            SELECT t.sequence, t.id, encode(t.digest, 'hex'), \(unescaped: AuditDigest.canonicalText("t"))
            FROM audit_trail AS t WHERE t.tenantId = \(tenant) ORDER BY t.sequence, t.id
            """
        )
        var entries = EntryReader(transaction: transaction)
        var last: AuditSeal?
        while case let seals = try await fetch("seals", 1000, AuditSeal.init), !seals.isEmpty {
            for seal in seals {
                check(seal, after: last)
                for witness in expected.removeValue(forKey: seal.number) ?? [] where witness.hash != seal.hash {
                    findings.add(
                        "seal \(seal.number) is not the one that was witnessed at \(moment(witness)): the chain was rewritten"
                    )
                }
                if months.contains(seal.month),
                    try await entries.peek()?.sequence ?? .max >= seal.firstEntry + seal.entries
                {
                    findings.archived[seal.month, default: 0] += seal.entries
                } else {
                    try await check(entriesOf: seal, &entries)
                }
                last = seal
                findings.seals += 1
            }
        }
        while let entry = try await entries.next() {
            findings.add("entry \(entry.id), number \(entry.sequence), belongs to no seal: it was added by hand")
        }
        for witness in expected.values.joined().sorted(by: { $0.number < $1.number }) {
            findings.add(
                "seal \(witness.number), witnessed at \(moment(witness)), is not there: the chain was cut off after seal \(last?.number ?? 0)"
            )
        }
        let end = last.map { ($0.number, $0.firstEntry + $0.entries - 1, $0.hash) } ?? (0, 0, AuditSeal.noHash)
        if let head = heads.first, head != end {
            findings.add(
                "the chain's head says seal \(head.0) with \(head.1) entries, and its last seal is \(end.0) with \(end.1)"
            )
        } else if heads.isEmpty, last != nil {
            findings.add("the chain has no head")
        }
        return findings
    }

    private mutating func check(_ seal: AuditSeal, after last: AuditSeal?) {
        let expected = (last?.number ?? 0) + 1
        if seal.number != expected { findings.add("seal \(expected) is missing: the next is \(seal.number)") }
        if seal.previous != last?.hash ?? AuditSeal.noHash {
            findings.add("seal \(seal.number) does not follow from the one before it")
        }
        if !seal.isSound(of: tenant) {
            findings.add("seal \(seal.number) was changed: its hash is not that of what it says")
        }
    }

    /// Checks that the entries of a seal are there, in their places, and are what was sealed.
    private mutating func check(entriesOf seal: AuditSeal, _ reader: inout EntryReader) async throws {
        var hash = SHA256()
        var isWhole = true
        var expected = seal.firstEntry
        let end = seal.firstEntry + seal.entries
        while let entry = try await reader.peek(), entry.sequence < end {
            _ = try await reader.next()
            while expected < entry.sequence {
                findings.add(
                    "entry number \(expected), of seal \(seal.number) (\(seal.month)), is missing: it was deleted"
                )
                (isWhole, expected) = (false, expected + 1)
            }
            if entry.sequence < expected {
                findings.add("entry \(entry.id) has number \(entry.sequence), which another has: it was added by hand")
                isWhole = false
                continue
            }
            expected += 1
            findings.entries += 1
            let digest = AuditDigest.bytes(of: entry.text)
            if digest.hexadecimal != entry.digest {
                findings.add(
                    "entry \(entry.id), number \(entry.sequence), of seal \(seal.number) (\(seal.month)), was edited"
                )
                isWhole = false
            }
            hash.update(data: digest)
        }
        while expected < end {
            findings.add("entry number \(expected), of seal \(seal.number) (\(seal.month)), is missing: it was deleted")
            (isWhole, expected) = (false, expected + 1)
        }
        if isWhole, hash.finalize().hexadecimal != seal.root {
            findings.add(
                "the entries \(seal.firstEntry)–\(end - 1), of seal \(seal.number) (\(seal.month)), are not those that were "
                    + "sealed: they were put in another order, or edited together with their digests"
            )
        }
    }

    private func moment(_ witness: AuditWitness) -> String { witness.witnessedAt.map { "\($0)" } ?? "some time" }

    private func open(_ cursor: String, _ query: PostgresQuery) async throws {
        _ = try await transaction.query(
            PostgresQuery("DECLARE \(identifier: cursor) NO SCROLL CURSOR FOR \(fragment: query)").unprepared
        )
    }

    private func fetch<Row>(
        _ cursor: String,
        _ count: Int,
        _ row: (PostgresRow) throws(PostgresError) -> Row
    ) async throws -> [Row] {
        try await transaction.query(PostgresQuery(unsafeSQL: "FETCH \(count) FROM \(cursor)").unprepared).map {
            try row($0)
        }
    }
}

/// Reads the entries of a chain one after another, of which one may be looked at before it is taken.
private struct EntryReader {
    struct Entry {
        let sequence: Int
        let id: AuditLogID
        let digest: String
        let text: String
    }

    let transaction: PostgresTransaction
    private var read: [Entry] = []
    private var place = 0

    init(transaction: PostgresTransaction) {
        self.transaction = transaction
    }

    mutating func peek() async throws -> Entry? {
        if place == read.count {
            let rows = try await transaction.query(PostgresQuery(unsafeSQL: "FETCH 5000 FROM entries").unprepared)
            read = try rows.decode((Int.self, AuditLogID.self, String.self, String.self))
                .map { Entry(sequence: $0.0, id: $0.1, digest: $0.2, text: $0.3) }
            place = 0
        }
        return read.indices.contains(place) ? read[place] : nil
    }

    mutating func next() async throws -> Entry? {
        let entry = try await peek()
        place += 1
        return entry
    }
}
