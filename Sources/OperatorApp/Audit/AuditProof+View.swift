import AuditStore
import HubModel
import HubWire

extension AuditProof {
    init(_ view: AuditProofView) {
        self.init(
            tenant: view.tenantId,
            entry: view.entryId,
            sequence: view.sequence,
            text: view.text,
            digests: view.digests,
            seals: view.seals.map { seal in
                AuditSeal(
                    number: seal.number,
                    month: seal.month,
                    firstEntry: seal.firstEntry,
                    entries: seal.entries,
                    root: seal.root,
                    previous: seal.previous,
                    hash: seal.hash
                )
            },
            witness: AuditWitness(
                tenant: view.tenantId,
                number: view.witness.number,
                entries: view.witness.entries,
                hash: view.witness.hash,
                region: view.witness.region,
                witnessedAt: view.witness.witnessedAt
            )
        )
    }
}
