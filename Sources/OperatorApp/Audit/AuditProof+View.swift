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
            seals: view.seals,
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
