/// Counts a body against the length that was stated for it. Pure.
///
/// A byte too many would be read as the beginning of another request.
struct BodyTally {
    private var left: Int?

    /// - Parameter expected: nil for any length.
    init(expected: Int?) {
        left = expected
    }

    /// - Returns: false when the bytes are more than were stated.
    mutating func take(_ count: Int) -> Bool {
        guard let left else { return true }
        guard count <= left else { return false }
        self.left = left - count
        return true
    }

    /// Whether the body may end here.
    var isComplete: Bool { left ?? 0 == 0 }
}
