import Glibc
import HubModel
import Moving

/// Places at which tests have a mover wait, to do something to it or to others meanwhile. For tests only.
///
/// The environment variable `HUB_MOVE_FAILPOINTS` names a folder. A file in it named `<tenant's id>.before-<step>`, or
/// `after-<step>`, is for the mover that is about to do that step of the tenant's move, or has done it and told nobody: it
/// renames the file, with `.reached` behind its name, and waits until that is gone.
package struct MoveFailpoints: Sendable {
    enum Moment: String, Sendable {
        case before
        case after
    }

    /// No place at all.
    package static let none = MoveFailpoints(folder: nil)

    private let folder: String?

    /// - Parameter folder: the variable's value; nil or empty for none.
    package init(folder: String?) {
        self.folder = folder.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Waits at this place, if it is said to.
    func pass(_ moment: Moment, _ step: MoveStep, of tenant: TenantID) async {
        guard let folder else { return }
        let file = "\(folder)/\(tenant).\(moment.rawValue)-\(step.rawValue)"
        let reached = file + ".reached"
        guard rename(file, reached) == 0 else { return }
        while access(reached, F_OK) == 0, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
    }
}
