/// What an `Accept-Encoding` field says of gzip (RFC 9110 section 12.5.3).
package enum AcceptEncoding: Hashable, Sendable {
    /// The client wants the body as it is, or cannot have it otherwise.
    case identity
    /// gzip is welcome.
    case gzip
    /// gzip is welcome, and the body as it is would not be.
    case gzipOnly

    /// - Parameter field: nil when there is none: the client has not said that it can decode anything.
    package init(_ field: String?) {
        var weights: [String: Double] = [:]
        for element in (field ?? "").split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let coding = parts.first, !coding.isEmpty else { continue }
            let name = coding == "x-gzip" ? "gzip" : coding
            weights[name] = max(weights[name] ?? 0, AcceptEncoding.weight(parts.dropFirst()))
        }
        let gzip = weights["gzip"] ?? weights["*"] ?? 0
        // What is not listed is acceptable as it is, unless the rest is refused; whoever lists gzip prefers it.
        let identity = weights["identity"] ?? (weights["*"] == 0 ? 0 : .leastNonzeroMagnitude)
        guard gzip > 0, gzip >= identity else {
            self = .identity
            return
        }
        self = identity == 0 ? .gzipOnly : .gzip
    }

    // MARK: - Private

    /// The `q` of a coding; 1 without one, 0 for one that is no number between 0 and 1.
    private static func weight(_ parameters: some Sequence<String>) -> Double {
        guard let parameter = parameters.first(where: { $0.hasPrefix("q=") }) else { return 1 }
        guard let weight = Double(parameter.dropFirst(2)), (0...1).contains(weight) else { return 0 }
        return weight
    }
}
