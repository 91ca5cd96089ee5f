import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// `hubctl isolation check`: probes every route of two canary tenants a shard for a way from one to the other.
struct IsolationCheckCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Probe every route of two canary tenants per shard, each with what only the other has.",
        discussion: """
            The routes are those that the tenants' hosts publish in /api/openapi.json, so a new one is probed without \
            further ado: with the other's token and password, ids in paths, bodies and filters, in lists read twice \
            (the second time perhaps from a cache), and in the event stream.

            It is safe in production: it touches the canaries only (canary-SHARD-a and -b, names that nobody can sign \
            up with), goes through the public URL at a bounded rate, and enters the canaries by links for super admins, \
            which the audit trails record. Canaries that do not exist are made, after a question, and kept.

            Exits with 0 when nothing leaks, with 1 when something does, and with 7 when a probe proved nothing.

            EXAMPLES
              hubctl isolation check
              hubctl isolation check --shard eu-1 --yes --format json | jq '.shards[].leaks'
            """
    )

    @Option(help: "Only this shard; may be given more than once.")
    var shard: [String] = []

    @Option(help: ArgumentHelp("The most requests a second.", valueName: "number"))
    var rate = 50

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...10_000).contains(rate) else { throw ValidationError("--rate is a number from 1 to 10000") }
    }

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        for name in shard where !topology.shards.contains(where: { $0.id.rawValue == name }) {
            throw OperatorError(.notFound, "\(topology.file) has no shard “\(name)”")
        }
        let client = try await ControlClient(email: control.email, context: context)
        let pace = RequestPace(perSecond: rate)
        let shards = topology.shards.filter { shard.isEmpty || shard.contains($0.id.rawValue) }.map {
            CanaryTenants(shard: $0, topology: topology, control: client, pace: pace)
        }
        try await createMissing(shards, context)
        var report = IsolationReport()
        for canaries in shards {
            let tally = try await check(canaries, context)
            report.append(canaries.shard.id, try canaries.subdomains(), tally)
        }
        try context.show(report)
        try judge(report)
    }

    // MARK: - Private

    private func createMissing(_ shards: [CanaryTenants], _ context: CommandContext) async throws {
        var missing: [(CanaryTenants, Subdomain)] = []
        for canaries in shards { missing += try await canaries.missing().map { (canaries, $0) } }
        guard !missing.isEmpty else { return }
        let names = missing.map { $0.1.rawValue }.joined(separator: ", ")
        try context.confirm("Create the canary tenants \(names)? They are kept for later checks.")
        for (canaries, name) in missing { try await canaries.create(name) }
    }

    private func check(_ tenants: CanaryTenants, _ context: CommandContext) async throws -> ProbeTally {
        let canaries = try await tenants.enter()
        let document: JSONValue = try await canaries[0].host.ask(.GET, "/api/openapi.json")
        var check = IsolationCheck(routes: try ProbeRoute.all(in: document), canaries: canaries) { total in
            ProgressReporter(
                activity: "probing \(tenants.shard.id)",
                unit: "probes",
                total: total,
                console: context.console,
                format: options.format
            )
        }
        let tally = try await check.run()
        for canary in canaries { try await canary.leave() }
        return tally
    }

    private func judge(_ report: IsolationReport) throws {
        if !report.leaks.isEmpty {
            let kinds = Set(report.leaks.map { $0.kind.rawValue }).sorted().joined(separator: ", ")
            throw OperatorError(.failed, "tenants are not kept apart: \(report.leaks.count) leaks (\(kinds))")
        }
        guard report.open == 0 else {
            throw OperatorError(.partial, "nothing leaks, but \(report.open) probes proved nothing: see above")
        }
    }
}
