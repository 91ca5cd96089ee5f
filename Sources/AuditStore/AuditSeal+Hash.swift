package import HubModel

extension AuditSeal {
    /// What the hash is of.
    package func text(of tenant: TenantID) -> String {
        "\(tenant)|\(number)|\(month)|\(firstEntry)|\(entries)|\(root)|\(previous)"
    }

    /// Whether the hash is that of the rest.
    package func isSound(of tenant: TenantID) -> Bool { AuditDigest.hexadecimal(of: text(of: tenant)) == hash }
}
