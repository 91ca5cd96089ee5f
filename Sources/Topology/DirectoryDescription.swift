/// Where the directory's PostgreSQL is.
package struct DirectoryDescription: Hashable, Sendable {
    /// The primary and its standbys; the first that accepts writes is used.
    package let endpoints: [Endpoint]
    package let database: String
}
