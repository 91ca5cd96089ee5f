/// The places that a mover comes by.
enum Itinerary {
    /// How a move ends, and by what wish.
    enum Ending: String {
        case complete
        case reverse
        case cancel

        var state: String {
            switch self {
            case .complete: "completed"
            case .reverse: "reversed"
            case .cancel: "cancelled"
            }
        }

        var places: [String] {
            switch self {
            case .complete: ["after-drop-reverse", "after-delete-source", "after-check-empty", "after-certify"]
            case .reverse:
                [
                    "after-catch-up", "after-hold", "after-freeze", "after-turn", "before-commit", "after-commit",
                    "after-open", "after-drop-streams", "after-delete-target", "after-check-empty",
                ]
            case .cancel: ["after-drop-streams", "before-delete-target", "after-delete-target"]
            }
        }
    }

    /// From the start to the end of the switch, in order. After a step it is done and nobody knows; before one it stands in
    /// the journal and is not done, which matters only where the directory or a shard's ownership changes.
    static let forward = [
        "after-claim", "after-clear", "after-publish", "after-copy", "after-subscribe", "after-catch-up",
        "after-open-reverse", "after-verify", "after-warm", "after-hold", "before-freeze", "after-freeze", "after-mark",
        "after-drain", "after-check", "after-turn", "before-commit", "after-commit", "before-open", "after-open",
        "before-release", "after-release", "after-leave", "after-follow",
    ]
}
