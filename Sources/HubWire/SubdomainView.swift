/// The answer of `GET /api/subdomains/{subdomain}`: whether somebody could sign up with the name at this moment.
package struct SubdomainView: Codable, Hashable, Sendable {
    /// As it was asked for.
    package let subdomain: String
    package let isAvailable: Bool
    /// Why it is not, as a sentence that goes on after the name; null when it is.
    @Nullable package var reason: String?
    /// Where the workspace would be; null when it cannot be.
    @Nullable package var url: String?

    /// - Parameter url: where the workspace would be.
    package init(available subdomain: String, url: String) {
        self.subdomain = subdomain
        isAvailable = true
        (reason, self.url) = (nil, url)
    }

    package init(_ subdomain: String, refused reason: String) {
        self.subdomain = subdomain
        isAvailable = false
        (self.reason, url) = (reason, nil)
    }
}
