import Testing

/// A backend against a real PostgreSQL and, where it matters, a real Redis; one test after the other, since each has
/// servers of its own.
@Suite("A backend", .serialized)
struct BackendAppTests {}
