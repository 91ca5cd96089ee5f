import Synchronization

/// Whether a front takes anything new.
final class FrontGate: Sendable {
    private let open = Atomic(true)

    var isOpen: Bool { open.load(ordering: .acquiring) }

    /// - Returns: false when it was closed already.
    func close() -> Bool { open.exchange(false, ordering: .acquiringAndReleasing) }
}
