import Reactor

extension PostgresConnection {
    /// Notifications that a listener which does not keep up may have waiting; the oldest are dropped.
    private static let backlog = 1024

    /// Listens to a channel, and goes on until the connection is closed or the stream is no longer read.
    ///
    /// The connection should be one of its own: a pool gives it to others. What was notified before this call, or while there
    /// was no connection, is not told: look at the data after each call and whenever the stream has ended.
    package func listen(_ channel: String) async throws(PostgresError) -> AsyncStream<PostgresNotification> {
        _ = try link()
        let id = nextID()
        let (stream, listener) = AsyncStream.makeStream(
            of: PostgresNotification.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        listener.onTermination = { [reactor] _ in
            reactor.execute { self.assumeIsolated { _ = $0.listeners[channel]?.removeValue(forKey: id) } }
        }
        // Before LISTEN, whose answer may bring notifications with it.
        listeners[channel, default: [:]][id] = listener
        do throws(PostgresError) {
            _ = try await query(PostgresQuery(unsafeSQL: "LISTEN \(PostgresQuery.quoted(identifier: channel))"))
        } catch {
            listener.finish()
            throw error
        }
        return stream
    }

    /// Hands out the notifications that have arrived.
    func deliverNotifications(_ session: LibpqSession) {
        guard !listeners.isEmpty else { return }
        while let notification = session.nextNotification() {
            guard let channel = listeners[notification.channel] else { continue }
            for listener in channel.values { listener.yield(notification) }
        }
    }
}
