import FoundationEssentials
import Synchronization

/// Shows long work on standard error: a bar on a terminal, JSON lines with `--format json`, a plain line now and then
/// otherwise. Standard output is never touched, so a result in JSON stays one document.
final class ProgressReporter: Sendable {
    private enum Style {
        case bar(width: Int)
        case jsonLines
        case plainLines
    }

    private struct State {
        var meter: ProgressMeter
        var shownAt: Duration?
    }

    private let stream: TextStream
    private let style: Style
    private let now: @Sendable () -> Duration
    private let state: Mutex<State>

    /// - Parameter now: a clock that only rises.
    init(
        activity: String,
        unit: String,
        total: Int,
        console: Console,
        format: OutputFormat,
        now: @escaping @Sendable () -> Duration = ProgressReporter.continuousTime()
    ) {
        stream = console.diagnostics
        if let width = stream.terminalWidth {
            style = .bar(width: width)
        } else {
            style = format == .json ? .jsonLines : .plainLines
        }
        self.now = now
        state = Mutex(State(meter: ProgressMeter(activity: activity, unit: unit, total: total, now: now())))
    }

    /// The work as it stands.
    var meter: ProgressMeter { state.withLock { $0.meter } }

    /// Counts work as done up to `done`, and shows it when the last line is old enough.
    func advance(to done: Int) {
        show(due: false) { $0.advance(to: done, now: $1) }
    }

    /// Counts `more` units as done.
    func add(_ more: Int) {
        show(due: false) { $0.advance(to: $0.done + more, now: $1) }
    }

    /// Shows the last state and leaves the line.
    func finish() {
        show(due: true) { $0.advance(to: $0.done, now: $1) }
        if case .bar = style { stream.write("\n") }
    }

    /// Time since the call, on the clock that counts suspension.
    static func continuousTime() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }

    // MARK: - Private

    private var interval: Duration {
        switch style {
        case .bar: .milliseconds(100)
        case .jsonLines: .seconds(1)
        case .plainLines: .seconds(5)
        }
    }

    private func show(due: Bool, _ change: (inout ProgressMeter, Duration) -> Void) {
        let now = now()
        let meter: ProgressMeter? = state.withLock { state in
            change(&state.meter, now)
            guard due || state.shownAt.map({ now - $0 >= interval }) ?? true else { return nil }
            state.shownAt = now
            return state.meter
        }
        if let meter { stream.write(text(of: meter)) }
    }

    private func text(of meter: ProgressMeter) -> String {
        switch style {
        // Back to the first column, the line, and erase what a longer one left (ECMA-48 EL).
        case .bar(let width): "\r\(meter.line(width: width - 1))\u{1B}[K"
        case .plainLines: meter.line(width: 120) + "\n"
        case .jsonLines: (try? ProgressRecord(meter).line()) ?? ""
        }
    }
}

/// One JSON line of progress.
private struct ProgressRecord: Encodable {
    let event = "progress"
    let activity: String
    let unit: String
    let done: Int
    let total: Int
    let perSecond: Int
    let secondsLeft: Int?

    init(_ meter: ProgressMeter) {
        activity = meter.activity
        unit = meter.unit
        done = meter.done
        total = meter.total
        perSecond = Int(meter.rate)
        secondsLeft = meter.remaining.map { Int($0.seconds.rounded(.up)) }
    }

    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
