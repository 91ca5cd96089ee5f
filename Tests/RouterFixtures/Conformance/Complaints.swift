import Synchronization

/// Gathers complaints from anywhere.
package final class Complaints: Sendable {
    private let complaints = Mutex<[String]>([])

    package init() {}

    package var all: [String] { complaints.withLock { $0 } }

    package func add(_ complaint: String) { complaints.withLock { $0.append(complaint) } }
}
