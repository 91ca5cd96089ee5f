import AuditStore
import HubModel
import HubWire

extension AuditProofView {
    init(_ proof: AuditProof) {
        let witness = proof.witness
        self.init(
            tenantId: proof.tenant,
            entryId: proof.entry,
            sequence: proof.sequence,
            text: proof.text,
            digests: proof.digests,
            seals: proof.seals,
            witness: Witness(
                number: witness.number,
                entries: witness.entries,
                hash: witness.hash,
                region: witness.region,
                witnessedAt: witness.witnessedAt ?? Timestamp(microseconds: 0)
            )
        )
    }
}
