import HubModel
import Testing
import Throttling

@Suite("Tenants' shares")
struct TenantShareTests {
    private typealias Machine = TenantLine<Int>

    private let acme = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_000))
    private let globex = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_001))

    @Test("A tenant beyond its share waits in line, one beyond its line is refused, and others notice nothing")
    func line() {
        var machine = Machine(limits: .init(concurrent: 2, waiting: 2))
        #expect([machine.enter(acme), machine.enter(acme)] == [.entered, .entered])
        #expect(machine.enter(acme) == .occupied)
        #expect(machine.enqueue(1, id: 1, of: acme) == nil)
        #expect(machine.enqueue(2, id: 2, of: acme) == nil)
        #expect(machine.enqueue(3, id: 3, of: acme) == .refused)
        #expect(machine.enter(acme) == .refused)
        #expect(machine.enter(globex) == .entered)
        #expect(machine.load == (3, 2))

        #expect(machine.leave(acme) == [1])
        #expect(machine.enter(acme) == .occupied, "nobody overtakes the second in line")
        #expect(machine.leave(acme) == [2])
        #expect(machine.leave(acme).isEmpty)
        #expect(machine.leave(acme).isEmpty)
        #expect(machine.leave(globex).isEmpty)
        #expect(machine.tenants == 0, "idle tenants are forgotten")
    }

    @Test("Whoever gives up leaves the line; once it is their turn it is too late to")
    func givingUp() {
        var machine = Machine(limits: .init(concurrent: 1, waiting: 5))
        #expect(machine.enter(acme) == .entered)
        for id in 1...3 { #expect(machine.enqueue(id, id: UInt64(id), of: acme) == nil) }
        #expect(machine.giveUp(2, of: acme) == 2)
        #expect(machine.giveUp(2, of: acme) == nil)
        #expect(machine.giveUp(1, of: globex) == nil)
        #expect(machine.leave(acme) == [1])
        #expect(machine.giveUp(1, of: acme) == nil)
        #expect(machine.leave(acme) == [3])
        #expect(machine.leave(acme).isEmpty)
    }

    @Test("A turn that became free between asking and queueing is taken at once")
    func race() {
        var machine = Machine(limits: .init(concurrent: 1, waiting: 5))
        #expect(machine.enter(acme) == .entered)
        #expect(machine.enter(acme) == .occupied)
        #expect(machine.leave(acme).isEmpty)
        #expect(machine.enqueue(1, id: 1, of: acme) == .entered)
    }

    @Test(
        "Beside others a tenant has fewer turns: it gives them up as they end, and has them again when they have gone"
    )
    func contention() {
        var machine = Machine(limits: .init(concurrent: 3, contended: 1, waiting: 9))
        for _ in 0..<3 { #expect(machine.enter(acme) == .entered) }
        for id in 1...4 { #expect(machine.enqueue(id, id: UInt64(id), of: acme) == nil) }
        #expect(machine.leave(acme, isContended: true).isEmpty)
        #expect(machine.leave(acme, isContended: true).isEmpty)
        #expect(machine.leave(acme, isContended: true) == [1])
        #expect(machine.leave(acme) == [2, 3, 4])
        #expect(machine.enter(globex, isContended: true) == .entered)
        #expect(machine.enter(globex, isContended: true) == .occupied)
        #expect(machine.enter(globex) == .entered)
    }

    @Test("Under every schedule no more are inside or waiting than may, in order, and nobody waits beside a free turn")
    func schedules() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let limits = Machine.Limits(
                concurrent: .random(in: 1...4, using: &random),
                contended: .random(in: 1...4, using: &random),
                waiting: .random(in: 0...5, using: &random)
            )
            var machine = Machine(limits: limits)
            // What should be, kept naively.
            var inside: [TenantID: Int] = [:]
            var lines: [TenantID: [Int]] = [:]
            for id in 1...2000 {
                let tenant = Bool.random(using: &random) ? acme : globex
                let isContended = Bool.random(using: &random)
                let limit = isContended ? limits.contended : limits.concurrent
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    let isFree = inside[tenant, default: 0] < limit && lines[tenant, default: []].isEmpty
                    let hasRoom = lines[tenant, default: []].count < limits.waiting
                    let expected: Machine.Admission? = isFree ? .entered : hasRoom ? nil : .refused
                    #expect(machine.enqueue(id, id: UInt64(id), of: tenant, isContended: isContended) == expected)
                    if isFree {
                        inside[tenant, default: 0] += 1
                    } else if hasRoom {
                        lines[tenant, default: []].append(id)
                    }
                case 5..<9 where inside[tenant, default: 0] > 0:
                    inside[tenant, default: 0] -= 1
                    var next: [Int] = []
                    while inside[tenant, default: 0] < limit, !lines[tenant, default: []].isEmpty {
                        inside[tenant, default: 0] += 1
                        next += [lines[tenant, default: []].removeFirst()]
                    }
                    #expect(machine.leave(tenant, isContended: isContended) == next)
                default:
                    guard let id = lines[tenant, default: []].randomElement(using: &random) else { continue }
                    #expect(machine.giveUp(UInt64(id), of: tenant) == id)
                    lines[tenant]?.removeAll { $0 == id }
                }
                #expect(machine.load.inside == inside.values.reduce(0, +))
                #expect(machine.load.waiting == lines.values.reduce(0) { $0 + $1.count })
                #expect(inside.values.allSatisfy { $0 <= limits.concurrent })
                #expect(machine.tenants == inside.values.count { $0 > 0 })
            }
        }
    }
}
