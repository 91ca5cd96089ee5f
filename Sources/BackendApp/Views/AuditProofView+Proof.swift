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
            seals: proof.seals.map { seal in
                Seal(
                    number: seal.number,
                    month: seal.month,
                    firstEntry: seal.firstEntry,
                    entries: seal.entries,
                    root: seal.root,
                    previous: seal.previous,
                    hash: seal.hash
                )
            },
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
