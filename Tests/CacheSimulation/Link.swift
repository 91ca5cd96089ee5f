/// The way between a backend and a server.
final class Link {
    /// Until when nothing passes.
    var cutUntil: Int64 = 0
    /// Until when messages take longer, and by how much.
    var slowUntil: Int64 = 0
    var questionSlowness: Int64 = 0
    var answerSlowness: Int64 = 0

    func heal() {
        cutUntil = 0
        slowUntil = 0
    }
}
