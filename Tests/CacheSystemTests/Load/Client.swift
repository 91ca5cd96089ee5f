/// Somebody who sends one request after the other.
protocol Client: Sendable {
    /// Sends the next request, or two.
    mutating func step() async throws
}
