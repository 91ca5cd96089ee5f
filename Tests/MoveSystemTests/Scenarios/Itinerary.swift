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
            case .complete: Itinerary.around("drop-reverse", "delete-source", "check-empty", "certify")
            case .reverse:
                ["before-catch-up", "after-hold", "after-freeze", "before-turn", "after-turn", "before-commit"]
                    + ["after-commit", "after-open"] + Itinerary.around("drop-streams", "delete-target", "check-empty")
            case .cancel: Itinerary.around("drop-streams", "delete-target")
            }
        }
    }

    /// From the start to the end of the switch, in order.
    static let forward = around(
        "claim",
        "clear",
        "publish",
        "copy",
        "subscribe",
        "catch-up",
        "open-reverse",
        "verify",
        "warm",
        "hold",
        "freeze",
        "mark",
        "drain",
        "check",
        "turn",
        "commit",
        "open",
        "release",
        "leave",
        "follow"
    )

    private static func around(_ steps: String...) -> [String] { steps.flatMap { ["before-\($0)", "after-\($0)"] } }
}
