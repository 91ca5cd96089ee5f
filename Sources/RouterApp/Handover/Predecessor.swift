import Glibc
import HubModel
import NIOCore
import Topology

/// The router of the same name that runs already, and gives its listening sockets to this one.
///
/// Until it is told to retire it serves as before: when this process fails to start, nothing has happened.
final class Predecessor: Sendable {
    /// By the key of the topology.
    let sockets: [ListeningSocket]
    private let connection: CInt

    /// How long the other may take to answer.
    private static let patience: Duration = .seconds(5)

    /// What it sends of a socket, a line each, in the order of the descriptors.
    static func text(of sockets: [ListeningSocket]) -> String {
        sockets.map { "\($0.key) \($0.endpoint)" }.joined(separator: "\n")
    }

    /// What this process sends once it serves.
    static let retirement = "serving"

    /// Asks the router that runs, if one does, for its sockets.
    ///
    /// - Throws: ``RouterFailure`` when one runs and does not give them.
    static func find(at socket: HandoverSocket) throws(RouterFailure) -> Predecessor? {
        let connection: CInt?
        do {
            connection = try socket.connect(patience: patience)
        } catch {
            throw RouterFailure("\(socket.path): \(error)", status: .refused)
        }
        guard let connection else { return nil }
        guard HandoverSocket.isOwn(connection), let message = DescriptorMessage.receive(from: connection),
            let sockets = sockets(message.text, message.descriptors)
        else {
            Glibc.close(connection)
            throw RouterFailure(
                "the router that runs does not hand over (\(socket.path)): another one is taking over from it already, or "
                    + "it hangs; wait for the one or stop the other, and start again",
                status: .refused
            )
        }
        return Predecessor(sockets: sockets, connection: connection)
    }

    /// Tells it that this process serves: it accepts nothing more and ends when its requests have.
    func retire() {
        _ = DescriptorMessage.send(Predecessor.retirement, to: connection)
    }

    deinit {
        Glibc.close(connection)
    }

    // MARK: - Private

    private init(sockets: [ListeningSocket], connection: CInt) {
        self.sockets = sockets
        self.connection = connection
    }

    private static func sockets(_ text: String, _ descriptors: [CInt]) -> [ListeningSocket]? {
        let lines = text.split(separator: "\n")
        let sockets = zip(lines, descriptors).compactMap { line, descriptor -> ListeningSocket? in
            let words = line.split(separator: " ")
            guard words.count == 2, let endpoint = Endpoint(String(words[1])) else { return nil }
            return ListeningSocket(key: String(words[0]), endpoint: endpoint, descriptor: descriptor)
        }
        guard sockets.count == lines.count, sockets.count == descriptors.count else {
            for descriptor in descriptors { Glibc.close(descriptor) }
            return nil
        }
        return sockets
    }
}
