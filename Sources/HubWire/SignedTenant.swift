/// The header fields that tell a backend whose request this is, ready to be written.
package struct SignedTenant: Hashable, Sendable {
    package let tenant: String
    package let epoch: String
    package let signature: String

    /// The three fields as lines of HTTP/1.1, each with its line break.
    package let block: [UInt8]

    init(tenant: String, epoch: String, signature: String) {
        self.tenant = tenant
        self.epoch = epoch
        self.signature = signature
        var block: [UInt8] = []
        block.reserveCapacity(192)
        for (name, value) in [
            (HubHeader.tenant, tenant), (HubHeader.epoch, epoch), (HubHeader.signature, signature),
        ] {
            block.append(contentsOf: name.utf8)
            block.append(contentsOf: ": ".utf8)
            block.append(contentsOf: value.utf8)
            block.append(contentsOf: "\r\n".utf8)
        }
        self.block = block
    }
}
