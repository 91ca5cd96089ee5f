import Credentials

/// The public passwords of demonstration accounts, hashed once for all of them.
struct DemoPasswords: Sendable {
    static let admin = "Demo@123"
    static let user = "User@123"

    let adminHash: String
    let userHash: String

    init(_ hasher: PasswordHasher) async throws {
        adminHash = try await hasher.hash(DemoPasswords.admin)
        userHash = try await hasher.hash(DemoPasswords.user)
    }
}
