import ArgumentParser
import AuditStore
import Directory
import FoundationEssentials
import HubModel
import HubWire
import Topology

/// `hubctl audit verify`: whether a tenant's trail is what was sealed.
struct AuditVerifyCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Look through a tenant's whole audit chain, or check a proof.",
        discussion: """
            Every entry is hashed anew and every seal is checked against the one before it and against the heads that the \
            directory and other regions have kept; then the part that the shard still has is compared with it. It finds \
            entries that were edited, deleted, added, put in another order or cut off, by whomever, up to what was sealed \
            since a witness last looked: some seconds.

            A proof is a file that an administrator of the tenant has downloaded (GET /api/audit-logs/<id>/proof).

            EXAMPLES
              hubctl audit verify acme
              hubctl audit verify --proof audit-0199….json
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String?

    @Option(help: ArgumentHelp("A proof, instead of a tenant.", valueName: "file"))
    var proof: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (tenant == nil) != (proof == nil) else { throw ValidationError("name either a tenant or --proof FILE") }
    }

    func run(in context: CommandContext) async throws {
        try await AuditAccess.with(context) { access in
            if let proof { return try await check(proof, access, context) }
            try await verify(tenant!, access, context)
        }
    }

    // MARK: - Private

    private func verify(_ name: String, _ access: AuditAccess, _ context: CommandContext) async throws {
        let archivist = TenantArchivist(topology: access.topology, secrets: access.secrets, reactors: access.reactors)
        let tenant = try await archivist.tenant(name)
        let (place, known) = try await access.withDirectory { directory in
            (
                try await directory.auditPlaces(of: [tenant.id]).first,
                try await directory.auditWitnesses(of: tenant.id)
            )
        }
        guard let origin = place?.chain else {
            throw OperatorError(.notFound, "tenant \(name) has no audit chain yet: nothing of it was sealed")
        }
        var witnesses = known
        var silent: [String] = []
        for region in try access.regions() {
            do {
                witnesses += try await access.withStore(of: region) { try await $0.witnesses(of: tenant.id) }
            } catch let error as OperatorError {
                silent.append(error.message)
            }
        }
        for sentence in silent { context.console.note("a witness does not answer: \(sentence)") }
        let region = try access.region(named: origin.rawValue)
        let start = ContinuousClock.now
        let kept = witnesses
        let findings = try await access.withStore(of: region) { store in
            var findings = try await store.verify(tenant.id, against: kept)
            if let shard = access.topology.shard(tenant.shard) {
                let shardFaults = try await access.withShard(shard) { pool in
                    try await store.compare(tenant.id, with: pool, of: shard.id)
                }
                findings.add(faults: shardFaults)
            }
            return findings
        }
        let report = ChainReport(
            tenant: tenant.id,
            region: origin,
            seals: findings.seals,
            entries: findings.entries,
            archived: findings.archived,
            witnessedSeal: findings.witnessed?.number,
            witnessedAt: findings.witnessed?.witnessedAt,
            witnesses: Set(kept.map { $0.number }).count,
            milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
            faults: findings.faults
        )
        try context.show(report)
        guard report.faults.isEmpty else {
            throw OperatorError(.failed, "the audit trail of \(tenant.subdomain) is not what was sealed")
        }
    }

    private func check(_ path: String, _ access: AuditAccess, _ context: CommandContext) async throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OperatorError(.usage, "\(path) cannot be read")
        }
        guard let view = try? WireJSON.decode(AuditProofView.self, from: Array(data)) else {
            throw OperatorError(.usage, "\(path) is no proof of an audit entry")
        }
        let proof = AuditProof(view)
        if let fault = proof.fault { throw OperatorError(.failed, "\(path) proves nothing: \(fault)") }
        let kept = try await access.withDirectory { try await $0.auditWitnesses(of: proof.tenant) }
        guard kept.contains(where: { $0.number == proof.witness.number && $0.hash == proof.witness.hash }) else {
            throw OperatorError(
                .failed,
                "\(path) ends at a seal that the directory has not witnessed, or not any more: ask for a new proof"
            )
        }
        try context.show(
            ProofReport(tenant: proof.tenant, entry: proof.entry, seal: proof.seals[0].number, text: proof.text)
        )
    }
}

private struct ChainReport: Report {
    let tenant: TenantID
    let region: RegionID
    let seals: Int
    let entries: Int
    /// How many entries of each archived month were not looked at.
    let archived: [String: Int]
    let witnessedSeal: Int?
    let witnessedAt: Timestamp?
    let witnesses: Int
    let milliseconds: Int
    let faults: [String]

    func text(for stream: TextStream) -> String {
        var text = "\(entries.grouped) entries under \(seals.grouped) seals in region \(region)"
        if let witnessedSeal, let witnessedAt { text += ", witnessed up to seal \(witnessedSeal) at \(witnessedAt)" }
        text += "\n"
        for (month, entries) in archived.sorted(by: { $0.key < $1.key }) {
            text += "\(month) is archived: \(entries.grouped) entries were not looked at\n"
        }
        for fault in faults { text += "  \(fault)\n" }
        return text + (faults.isEmpty ? "Nothing was changed.\n" : "")
    }
}

private struct ProofReport: Report {
    let tenant: TenantID
    let entry: AuditLogID
    let seal: Int
    let text: String

    func text(for stream: TextStream) -> String {
        "Entry \(entry) of tenant \(tenant) is what was sealed (seal \(seal), witnessed by the directory):\n\(text)\n"
    }
}
