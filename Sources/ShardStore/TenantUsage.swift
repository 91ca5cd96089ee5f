/// How much a tenant holds.
package struct TenantUsage: Hashable, Sendable {
    package let users: Int
    package let projects: Int
    package let tasks: Int
}
