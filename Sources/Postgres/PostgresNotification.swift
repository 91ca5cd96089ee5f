/// What somebody told the listeners of a channel by `NOTIFY`.
package struct PostgresNotification: Sendable, Hashable {
    /// The channel.
    package let channel: String

    /// The text that came with it.
    package let payload: String

    /// The server process that sent it.
    package let processID: Int32
}
