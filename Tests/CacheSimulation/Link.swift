/// The way between a backend and a server.
final class Link {
    /// Until when nothing passes.
    var cutUntil: Int64 = 0
    /// Until when every message takes longer, and by how much.
    var slowUntil: Int64 = 0
    var slowness: Int64 = 0

    func heal() {
        cutUntil = 0
        slowUntil = 0
    }
}
