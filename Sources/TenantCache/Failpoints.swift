import Glibc
import Synchronization

/// Places at which tests have a backend die or pause, named by the environment variable `HUB_FAILPOINTS`, such as
/// `cache.after-fence=kill@3,cache.before-commit=pause:2000@1`: at the third write, at the first. For tests only.
package final class Failpoints: Sendable {
    package enum Point: String, CaseIterable, Sendable {
        case afterFence = "cache.after-fence"
        case beforeCommit = "cache.before-commit"
        case afterCommit = "cache.after-commit"
        case beforeUnfence = "cache.before-unfence"
    }

    /// Why the variable cannot be understood.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    private enum Action: Sendable {
        case kill
        case pause(Duration)
    }

    private struct Trap: Sendable {
        let point: Point
        let action: Action
        let turn: Int
    }

    private let traps: [Trap]
    private let passed = Mutex<[Point: Int]>([:])

    /// No place at all.
    package static let none = Failpoints(traps: [])

    private init(traps: [Trap]) {
        self.traps = traps
    }

    /// - Parameter text: the variable's value; empty or nil for none.
    package convenience init(_ text: String?) throws(Malformed) {
        var traps: [Trap] = []
        for part in (text ?? "").split(separator: ",") {
            guard let trap = Failpoints.trap(part) else {
                throw Malformed(
                    description:
                        "HUB_FAILPOINTS: \(part) is not POINT=kill@N or POINT=pause:MILLISECONDS@N; points are "
                        + Point.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            traps.append(trap)
        }
        self.init(traps: traps)
    }

    /// Does what is to be done at this place, which is nothing unless the variable says so.
    package func pass(_ point: Point) async {
        guard !traps.isEmpty else { return }
        let turn = passed.withLock { passed in
            passed[point, default: 0] += 1
            return passed[point]!
        }
        for trap in traps where trap.point == point && trap.turn == turn {
            switch trap.action {
            case .kill: kill(getpid(), SIGKILL)
            case .pause(let duration): try? await Task.sleep(for: duration)
            }
        }
    }

    // MARK: - Private

    private static func trap(_ text: Substring) -> Trap? {
        let halves = text.split(separator: "=")
        guard halves.count == 2, let point = Point(rawValue: String(halves[0])) else { return nil }
        let parts = halves[1].split(separator: "@")
        guard parts.count == 2, let turn = Int(parts[1]), turn > 0 else { return nil }
        if parts[0] == "kill" { return Trap(point: point, action: .kill, turn: turn) }
        guard parts[0].hasPrefix("pause:"), let milliseconds = Int(parts[0].dropFirst("pause:".count)),
            milliseconds >= 0
        else { return nil }
        return Trap(point: point, action: .pause(.milliseconds(milliseconds)), turn: turn)
    }
}
