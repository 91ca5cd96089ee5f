package import HubModel

/// What proves that an entry was sealed into a tenant's chain and is what was sealed, with SHA-256 alone.
///
/// The digest of `text` is the one of `digests` at the entry's place; all of them, one after another as bytes, have the root
/// of the first seal; each seal's hash is that of its own text, which names the hash before; the last is the witnessed one.
package struct AuditProof: Codable, Sendable {
    package let tenant: TenantID
    package let entry: AuditLogID
    /// The entry's place in the tenant's trail; 1 for the first.
    package let sequence: Int
    /// The entry's canonical text.
    package let text: String
    /// Of all entries of the entry's seal.
    package let digests: [String]
    /// From the entry's seal to the witnessed one.
    package let seals: [AuditSeal]
    package let witness: AuditWitness

    package init(
        tenant: TenantID,
        entry: AuditLogID,
        sequence: Int,
        text: String,
        digests: [String],
        seals: [AuditSeal],
        witness: AuditWitness
    ) {
        (self.tenant, self.entry, self.sequence, self.text) = (tenant, entry, sequence, text)
        (self.digests, self.seals, self.witness) = (digests, seals, witness)
    }

    /// What is wrong with it, a sentence; nil for a sound one. Whether the witness is one is for the directory to say.
    package var fault: String? {
        guard let first = seals.first, let last = seals.last else { return "it has no seal" }
        let place = sequence - first.firstEntry
        guard digests.indices.contains(place), digests.count == first.entries else {
            return "its seal has \(first.entries) entries from \(first.firstEntry), and it has \(digests.count) digests"
        }
        guard text.contains("\"id\": \"\(entry)\""), text.contains("\"tenantId\": \"\(tenant)\"") else {
            return "the text is that of another entry"
        }
        guard AuditDigest.hexadecimal(of: text) == digests[place] else {
            return "the text of entry \(entry) is not the one that was sealed"
        }
        guard let bytes = digests.bytes, AuditDigest.hexadecimal(of: bytes) == first.root else {
            return "the digests are not those of seal \(first.number)"
        }
        var previous = first.previous
        for (offset, seal) in seals.enumerated() {
            guard seal.number == first.number + offset, seal.previous == previous, seal.isSound(of: tenant) else {
                return "the chain breaks at seal \(seal.number)"
            }
            previous = seal.hash
        }
        guard last.number == witness.number, last.hash == witness.hash, witness.tenant == tenant else {
            return "the chain does not end at the witnessed seal \(witness.number)"
        }
        return nil
    }
}

extension [String] {
    /// The bytes of hexadecimal texts, one after another; nil where one is none.
    fileprivate var bytes: [UInt8]? {
        var bytes: [UInt8] = []
        for text in self {
            var digits = text.utf8.makeIterator()
            while let high = digits.next() {
                guard let low = digits.next(), let high = Character(Unicode.Scalar(high)).hexDigitValue,
                    let low = Character(Unicode.Scalar(low)).hexDigitValue
                else { return nil }
                bytes.append(UInt8(high << 4 | low))
            }
        }
        return bytes
    }
}
