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
        block = Array(
            """
            \(HubHeader.tenant): \(tenant)\r
            \(HubHeader.epoch): \(epoch)\r
            \(HubHeader.signature): \(signature)\r\n
            """.utf8
        )
    }
}
