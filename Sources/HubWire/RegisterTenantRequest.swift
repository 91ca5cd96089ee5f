package import HubModel

/// The body of `POST /api/auth/register-tenant`.
package struct RegisterTenantRequest: Codable, Hashable, Sendable {
    /// The name of the organisation, 1–100 characters.
    package let tenantName: String
    package let subdomain: Subdomain
    package let region: RegionID
    package let adminEmail: EmailAddress
    /// At least 8 characters and at most 72 bytes.
    package let adminPassword: String
    /// 1–100 characters.
    package let adminFullName: String

    package init(
        tenantName: String,
        subdomain: Subdomain,
        region: RegionID,
        adminEmail: EmailAddress,
        adminPassword: String,
        adminFullName: String
    ) {
        self.tenantName = tenantName
        self.subdomain = subdomain
        self.region = region
        self.adminEmail = adminEmail
        self.adminPassword = adminPassword
        self.adminFullName = adminFullName
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let request = RegisterTenantRequest(&fields, subdomain: .subdomain)
        guard let request, fields.isValid else { throw fields.failure }
        self = request
    }

    /// Reads the members of a larger request; nil, with the reasons remembered, when one is wrong.
    init?(_ fields: inout FieldReader, subdomain rule: FieldRule<String, Subdomain>) {
        let tenantName = fields.required("tenantName", .line(1...100))
        let subdomain = fields.required("subdomain", rule)
        let region: RegionID? = fields.required("region", .form("the id of a region such as 'us'"))
        let adminEmail = fields.required("adminEmail", .email)
        let adminPassword = fields.required("adminPassword", .newPassword)
        let adminFullName = fields.required("adminFullName", .line(1...100))
        guard let tenantName, let subdomain, let region, let adminEmail, let adminPassword, let adminFullName else {
            return nil
        }
        self.init(
            tenantName: tenantName,
            subdomain: subdomain,
            region: region,
            adminEmail: adminEmail,
            adminPassword: adminPassword,
            adminFullName: adminFullName
        )
    }
}
