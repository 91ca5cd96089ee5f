import BenchmarkReport
import FoundationEssentials
import Glibc

/// What the processes that a write or its entry passes through have used.
struct AuditCosts {
    enum Part: String, CaseIterable {
        case shardServer = "the shard's server"
        case backends = "its backends"
        case storeServer = "the store's server"
        case control = "hub-control"
    }

    /// Of CPU.
    private(set) var seconds: [Part: Double] = [:]

    static func - (left: AuditCosts, right: AuditCosts) -> AuditCosts {
        var costs = AuditCosts()
        costs.seconds = left.seconds.merging(right.seconds) { $0 - $1 }
        return costs
    }

    static func += (left: inout AuditCosts, right: AuditCosts) {
        left.seconds.merge(right.seconds, uniquingKeysWith: +)
    }

    static func now(_ home: String, control: pid_t) throws -> AuditCosts {
        var costs = AuditCosts()
        costs.seconds[.shardServer] = try ProcessUse.cpuSeconds(ofTree: GrowBenchmark.process("postgres-us-1", home))
        costs.seconds[.backends] = try ["backend-us-1", "backend-us-1-b"]
            .map { try ProcessUse.cpuSeconds(of: GrowBenchmark.process($0, home)) }.reduce(0, +)
        costs.seconds[.storeServer] = try ProcessUse.cpuSeconds(
            ofTree: GrowBenchmark.process("postgres-audit-us", home)
        )
        costs.seconds[.control] = try ProcessUse.cpuSeconds(of: control)
        return costs
    }
}
