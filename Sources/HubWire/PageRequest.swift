/// Which part of a list is asked for.
package struct PageRequest: Hashable, Sendable {
    /// 1–100.
    package let limit: Int
    /// 0–1,000,000: a database walks over every row it skips.
    package let offset: Int

    package static let allowedLimits = 1...100
    package static let allowedOffsets = 0...1_000_000
    /// The limit of a request that names none.
    package static let defaultLimit = 10

    package init(limit: Int = defaultLimit, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }

    /// Reads the query parameters of these names; an absent one has its default.
    package init(limit: String?, offset: String?) throws(InvalidRequest) {
        var errors: [FieldError] = []
        func read(_ text: String?, _ field: String, _ range: ClosedRange<Int>, _ absent: Int) -> Int {
            guard let text else { return absent }
            if let value = Int(text), range.contains(value) { return value }
            let message = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            errors.append(FieldError(field: field, message: message))
            return absent
        }
        self.init(
            limit: read(limit, "limit", PageRequest.allowedLimits, PageRequest.defaultLimit),
            offset: read(offset, "offset", PageRequest.allowedOffsets, 0)
        )
        guard errors.isEmpty else { throw InvalidRequest(errors: errors) }
    }
}
