import HubModel
import HubWire

/// A state as a coloured word; drawn by `console-state`.
struct StateMark: Sendable {
    let label: String
    /// `good`, `info`, `warn`, `bad`, or nothing.
    let tone: String

    init(_ label: String, _ tone: String) {
        self.label = label
        self.tone = tone
    }

    init(_ state: TenantState) {
        switch state {
        case .active: self.init("Active", "good")
        case .suspended: self.init("Suspended", "warn")
        case .held: self.init("Held", "info")
        case .deleting: self.init("Being erased", "bad")
        }
    }

    init(_ state: ShardState) {
        switch state {
        case .open: self.init("Open", "good")
        case .draining: self.init("Draining", "warn")
        case .closed: self.init("Closed", "")
        }
    }

    init(_ health: ShardHealth) {
        switch health {
        case .up: self.init("Up", "good")
        case .degraded: self.init("Degraded", "warn")
        case .down: self.init("Down", "bad")
        }
    }

    init(_ mode: CacheMode) {
        switch mode {
        case .on: self.init("On", "good")
        case .closing: self.init("Closing", "warn")
        case .off: self.init("Off", "bad")
        }
    }

    /// - Parameter move: the name of a move's state.
    init(move state: String) {
        let label = state.prefix(1).uppercased() + state.dropFirst().map { $0 == "-" ? " " : String($0) }.joined()
        switch state {
        case "completed", "verified", "switched": self.init(label, "good")
        case "failed": self.init(label, "bad")
        case "cancelled", "reversed": self.init(label, "")
        default: self.init(label, "info")
        }
    }
}
