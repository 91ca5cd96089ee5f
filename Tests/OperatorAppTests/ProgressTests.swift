import FoundationEssentials
import Synchronization
import Testing

@testable import OperatorApp

@Suite("Progress")
struct ProgressTests {
    @Test("The rate is that of the last seconds and the rest is foretold from it")
    func rate() {
        var meter = ProgressMeter(activity: "loading", unit: "rows", total: 20_000, now: .zero)
        #expect(meter.rate == 0)
        #expect(meter.remaining == nil)
        for second in 1...10 { meter.advance(to: second * 1000, now: .seconds(second)) }
        #expect(meter.rate == 1000)
        #expect(meter.remaining == .seconds(10))
        #expect(meter.fraction == 0.5)
        #expect(meter.averageRate == 1000)
    }

    @Test("A slowdown shows in the rate within seconds, though not in the average")
    func slowdown() {
        var meter = ProgressMeter(activity: "loading", unit: "rows", total: 100_000, now: .zero)
        for second in 1...10 { meter.advance(to: second * 1000, now: .seconds(second)) }
        for second in 11...40 { meter.advance(to: 10_000 + (second - 10), now: .seconds(second)) }
        #expect(meter.rate < 100)
        #expect(meter.averageRate > 200)
    }

    @Test("Nothing to do is done, and time that runs backwards does no harm")
    func edges() {
        var nothing = ProgressMeter(activity: "loading", unit: "rows", total: 0, now: .seconds(5))
        #expect(nothing.fraction == 1)
        nothing.advance(to: 0, now: .seconds(4))
        #expect(nothing.elapsed == .zero)
        #expect(nothing.rate == 0)
    }

    @Test("A line never exceeds the terminal", arguments: [20, 40, 60, 80, 200])
    func lineWidth(width: Int) {
        var meter = ProgressMeter(activity: "loading", unit: "rows", total: 3_000_000, now: .zero)
        meter.advance(to: 1_260_000, now: .seconds(9))
        #expect(meter.line(width: width).displayWidth <= width)
    }

    @Test("A full line shows share, counts, rate and the time that is left")
    func lineContent() {
        var meter = ProgressMeter(activity: "loading", unit: "rows", total: 3_000_000, now: .zero)
        meter.advance(to: 1_500_000, now: .seconds(10))
        let line = meter.line(width: 120)
        #expect(line.hasSuffix(" 50 %  1,500,000 / 3,000,000 rows  150,000/s  0:10 left"))
        #expect(line.hasPrefix("loading ━"))
    }

    @Test("Away from a terminal progress in JSON is one document a line, once a second, on standard error alone")
    func jsonLines() throws {
        let capture = Capture()
        let clock = Mutex(Duration.zero)
        let reporter = ProgressReporter(
            activity: "loading",
            unit: "rows",
            total: 100,
            console: capture.console(),
            format: .json,
            now: { clock.withLock(\.self) }
        )
        for step in 1...30 {
            clock.withLock { $0 = .milliseconds(step * 100) }
            reporter.advance(to: step)
        }
        reporter.finish()
        let lines = capture.diagnostics.split(separator: "\n")
        #expect(lines.count == 4)
        struct Line: Decodable {
            let event: String
            let done: Int
            let total: Int
        }
        let last = try JSONDecoder().decode(Line.self, from: Data(lines[3].utf8))
        #expect(last.event == "progress" && last.done == 30 && last.total == 100)
        #expect(capture.output.isEmpty)
    }

    @Test("On a terminal one line is redrawn and left at the end")
    func bar() {
        let capture = Capture()
        let reporter = ProgressReporter(
            activity: "loading",
            unit: "rows",
            total: 10,
            console: capture.console(terminalWidth: 80),
            format: .text,
            now: { .zero }
        )
        reporter.add(4)
        reporter.add(6)
        reporter.finish()
        #expect(capture.diagnostics.split(separator: "\r").count == 2)
        #expect(capture.diagnostics.hasSuffix("\n"))
        #expect(capture.diagnostics.contains("100 %"))
        #expect(reporter.meter.done == 10)
    }

    @Test("Numbers and times are written for people")
    func formats() {
        #expect([0, 999, 1000, 1_260_000, -12_345].map(\.grouped) == ["0", "999", "1,000", "1,260,000", "-12,345"])
        #expect(
            [Duration.zero, .milliseconds(200), .seconds(61), .seconds(3723)].map(\.clock) == [
                "0:00", "0:01", "1:01", "1:02:03",
            ]
        )
        #expect(
            [Duration.seconds(42), .seconds(200), .seconds(18_120), .seconds(1_051_200)].map(\.coarse) == [
                "42s", "3m 20s", "5h 2m", "12d 4h",
            ]
        )
    }
}
