import HubModel
import HubWire

/// What a verb of a move is called, and what somebody should know before asking for it.
struct MoveVerbText: Sendable {
    let verb: String
    let label: String
    let question: String
    let meaning: String
    let notice: String
    let isDangerous: Bool

    init(verb: String, of move: MoveView) {
        self.verb = verb
        let (tenant, source, target) = (move.subdomain, move.source, move.target)
        switch verb {
        case "switch":
            label = "Switch to \(target)"
            question = "Let \(target) serve \(tenant)?"
            meaning =
                move.state == "verified"
                ? "Requests wait for a moment and are then answered by \(target). You can reverse it until you complete."
                : "It happens by itself as soon as the copy is verified. You can reverse it until you complete."
            notice = "The switch is asked for."
            isDangerous = false
        case "verify":
            label = "Compare again"
            question = "Compare both shards again?"
            meaning = "Every row is compared while people work. The move is not verified until both sides are equal."
            notice = "Both shards are compared again."
            isDangerous = false
        case "reverse":
            label = "Reverse to \(source)"
            question = "Let \(source) serve \(tenant) again?"
            meaning = "What was written at \(target) comes along. The copy at \(target) is deleted afterwards."
            notice = "The way back is asked for."
            isDangerous = true
        case "complete":
            label = "Complete"
            question = "Complete the move of \(tenant)?"
            meaning =
                "The rows at \(source) are deleted for good, and the move gets its certificate. There is no way back."
            notice = "The move is being completed."
            isDangerous = false
        case "cancel":
            label = "Cancel the move"
            question = "Cancel the move of \(tenant)?"
            meaning = "\(source) goes on serving it, and what \(target) has got is deleted."
            notice = "The move is being cancelled."
            isDangerous = true
        case "resume":
            label = "Copy again"
            question = "Copy \(tenant) again?"
            meaning = "A new copy is begun from the start; what is left of the last one is deleted first."
            notice = "The copy begins again."
            isDangerous = false
        default:
            label = verb
            question = "\(verb)?"
            meaning = ""
            notice = "It is asked for."
            isDangerous = false
        }
    }
}
