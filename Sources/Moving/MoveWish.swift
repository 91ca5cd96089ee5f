/// What an operator asks of a move.
package enum MoveWish: String, CaseIterable, Codable, Sendable {
    /// Compare both sides again.
    case verify
    /// Let the target serve, as soon as it is verified.
    case `switch`
    /// Let the source serve again, and give the target up.
    case reverse
    /// Give the source up.
    case complete
    /// Give the target up, before the switch.
    case cancel
    /// Copy again after a failure.
    case resume
}

/// Why a wish cannot be granted.
package struct MoveRefusal: Error, Hashable, CustomStringConvertible {
    package let wish: MoveWish
    package let state: MoveState
    /// What could be wished instead.
    package let legal: [MoveWish]

    package var description: String {
        let instead = legal.isEmpty ? "nothing can" : legal.map(\.rawValue).joined(separator: ", ") + " can"
        return "'\(wish.rawValue)' is not possible while the move is \(state.rawValue); \(instead) be asked for"
    }
}
