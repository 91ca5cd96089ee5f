import Testing

@testable import RouterApp

@Suite struct TransferWatchTests {
    private let rate = TransferWatch.Rate(bytes: 100, window: .milliseconds(500))

    @Test("Only a window in which the client was waited for all the time, and sent too little, is too slow")
    func windows() {
        var watch = TransferWatch()
        var now = Tick()
        var verdicts: [Bool] = []
        func look(_ watch: inout TransferWatch, bytes: Int, isWaiting: Bool = true) {
            verdicts.append(watch.isTooSlow(rate, bytes: bytes, isWaiting: isWaiting, now: now))
            now.advance()
        }
        // Enough in the first window, however late.
        for _ in 0..<6 { look(&watch, bytes: 0) }
        look(&watch, bytes: 100)
        #expect(!verdicts.contains(true))
        // The next window is interrupted by the backend.
        for _ in 0..<5 { look(&watch, bytes: 100) }
        look(&watch, bytes: 100, isWaiting: false)
        for _ in 0..<6 { look(&watch, bytes: 199) }
        #expect(!verdicts.contains(true))
        look(&watch, bytes: 199)
        #expect(verdicts.last == true)
    }

    @Test("A rate of nothing is never too slow")
    func noRate() {
        var watch = TransferWatch()
        var now = Tick()
        for _ in 0..<100 {
            let none = TransferWatch.Rate(bytes: 0, window: .milliseconds(100))
            let isTooSlow = watch.isTooSlow(none, bytes: 0, isWaiting: true, now: now)
            #expect(!isTooSlow)
            now.advance()
        }
    }
}
