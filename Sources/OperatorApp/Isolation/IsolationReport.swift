import HubModel
import Topology

/// What a check of the isolation found, by shard and kind of probe.
struct IsolationReport: Report {
    struct Shard: Encodable, Sendable {
        let shard: ShardID
        let canaries: [Subdomain]
        let probes: [Line]
        let leaks: [ProbeTally.Leak]
        /// What proved nothing, and why.
        let open: [String]
    }

    struct Line: Encodable, Sendable {
        let kind: ProbeTally.Kind
        let routes: Int
        let probes: Int
        let leaks: Int
        let open: Int
    }

    private(set) var shards: [Shard] = []

    var leaks: [ProbeTally.Leak] { shards.flatMap(\.leaks) }
    var open: Int { shards.reduce(0) { $0 + $1.open.count } }

    mutating func append(_ shard: ShardID, _ canaries: [Subdomain], _ tally: ProbeTally) {
        let lines = ProbeTally.Kind.allCases.map { kind in
            let count = tally.counts[kind] ?? ProbeTally.Count()
            return Line(
                kind: kind,
                routes: count.routes.count,
                probes: count.probes,
                leaks: count.leaks,
                open: count.open
            )
        }
        let open = tally.open.map { "\($0.key): \($0.value)" }.sorted()
        shards.append(Shard(shard: shard, canaries: canaries, probes: lines, leaks: tally.leaks, open: open))
    }

    func text(for stream: TextStream) -> String {
        var table = Table(
            "SHARD",
            "PROBE",
            .number("ROUTES"),
            .number("PROBES"),
            .number("LEAKS"),
            .number("OPEN"),
            "VERDICT"
        )
        for shard in shards {
            for line in shard.probes {
                table.append(
                    .init(shard.shard.description),
                    .init(line.kind.rawValue),
                    .init(String(line.routes)),
                    .init(String(line.probes)),
                    .init(String(line.leaks), line.leaks > 0 ? .bad : .plain),
                    .init(String(line.open), line.open > 0 ? .warning : .plain),
                    line.verdict
                )
            }
        }
        var text = table.text(for: stream)
        for shard in shards {
            for leak in shard.leaks {
                text += "LEAK on \(shard.shard): \(leak.method) \(leak.host)\(leak.path) \(leak.seen)".printable + "\n"
            }
            for line in shard.open { text += "open on \(shard.shard): \(line)".printable + "\n" }
        }
        return text
    }
}

extension IsolationReport.Line {
    fileprivate var verdict: Table.Cell {
        if leaks > 0 { return .init("leaks", .bad) }
        if open > 0 { return .init("open", .warning) }
        return probes > 0 ? .init("isolated", .good) : .init("not served", .plain)
    }
}
