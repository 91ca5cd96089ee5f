import HubModel
import Testing

@testable import ControlApp

@Suite("Load of a shard whose trail is followed")
struct FeedLoadTests {
    @Test("A shard is busy while it writes more than 512 KiB of log a second, which takes two looks to say")
    func busy() {
        var load = FeedLoad()
        let start = ContinuousClock.now
        func look(at position: UInt64, after time: Duration) -> Bool {
            load.isBusy(at: LogPosition(rawValue: position), start + time)
        }
        #expect(!look(at: 10 << 30, after: .zero))
        #expect(!look(at: 10 << 30 + 800 << 10, after: .seconds(2)), "400 KiB a second")
        #expect(look(at: 10 << 30 + 2400 << 10, after: .seconds(4)), "800 KiB a second")
        #expect(!look(at: 10 << 30 + 4000 << 10, after: .seconds(11)), "less, over a longer time")
        #expect(!look(at: 0, after: .seconds(12)), "another server")
        #expect(!look(at: 900 << 10, after: .seconds(12)), "no time has passed")
    }
}
