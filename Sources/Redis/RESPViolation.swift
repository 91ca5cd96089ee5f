/// The peer's bytes are not RESP2, or pass a limit.
struct RESPViolation: Error, Sendable, Hashable {
    /// What was found, as a noun phrase or in hiredis's words.
    let reason: String
}
