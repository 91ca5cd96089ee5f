import HubModel
import Testing

@testable import ControlApp

@Suite("Lists of the highest ranks")
struct TopListTests {
    private func tenant(_ number: Int) -> TenantID {
        TenantID.make(at: Timestamp(microseconds: Int64(number) * 1000))
    }

    @Test("They hold what sorting everything would give, and never more than their limit", arguments: [0, 1, 7, 100])
    func top(limit: Int) {
        var random = SplitMix64(seed: UInt64(limit))
        let all = (0..<5000).map { (tenant($0), Double(Int.random(in: 0..<500, using: &random))) }
        var list = TopList<Int>(limit: limit)
        var halves = [TopList<Int>(limit: limit), TopList<Int>(limit: limit)]
        for (number, (tenant, rank)) in all.shuffled(using: &random).enumerated() {
            list.add(tenant, rank: rank, number)
            halves[number % 2].add(tenant, rank: rank, number)
            #expect(list.count <= limit)
        }
        halves[0].merge(halves[1])
        let expected = all.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.prefix(limit).map(\.0)
        #expect(list.entries.map(\.tenant) == expected)
        #expect(halves[0].entries.map(\.tenant) == expected)
    }
}
