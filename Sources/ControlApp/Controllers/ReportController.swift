import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Synchronization

/// `/api/reports`: sums over all tenants of all shards, for super admins; as JSON or as CSV.
final class ReportController: Sendable {
    enum Format: String, CaseIterable {
        case json
        case csv
    }

    /// So many reports are made at once: they cost the shards a look at every task.
    static let concurrency = 2

    let gate: SchemaGate
    let operators: Operators
    let reports: ReportAdministration
    private let underWay = Mutex(0)

    init(gate: SchemaGate, operators: Operators, reports: ReportAdministration) {
        self.gate = gate
        self.operators = operators
        self.reports = reports
    }

    func add(to router: Router<WebContext>) {
        router.get("/api/reports/:report", use: show)
    }

    /// The report that a query asks for.
    ///
    /// - Throws: 429 while as many as there may be are being made.
    func report(_ kind: ReportKind, _ query: QueryReader) async throws -> ReportView {
        var query = query
        let wanted = ReportRequest(
            kind,
            region: query.value("region", RegionID.self, expected: "the id of a region"),
            shard: query.value("shard", ShardID.self, expected: "the id of a shard"),
            days: query.whole("days", in: ReportRequest.allowedDays) ?? ReportRequest.defaultDays,
            top: query.whole("top", in: ReportRequest.allowedTop) ?? ReportRequest.defaultTop
        )
        try query.finish()
        guard underWay.withLock({ begin(&$0) }) else {
            throw WebFailure.tooManyRequests("Other reports are being made. Try again in a moment.", retryAfter: 5)
        }
        defer { underWay.withLock { $0 -= 1 } }
        return try await reports.report(wanted)
    }

    // MARK: - Private

    private func begin(_ count: inout Int) -> Bool {
        guard count < ReportController.concurrency else { return false }
        count += 1
        return true
    }

    @Sendable
    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        _ = try await operators.admin(of: request)
        guard let kind = context.parameters.get("report").flatMap(ReportKind.init) else {
            throw Problem.notFound("There is no such report here.")
        }
        var query = QueryReader(request)
        let format = query.choice("format", Format.self) ?? Format(accept: request.headers[.accept])
        let report = try await report(kind, query)
        switch format {
        case .json: return try .json(report)
        case .csv:
            return Response(
                status: .ok,
                headers: [
                    .contentType: "\(CSVLine.mediaType); charset=utf-8; header=present",
                    .contentDisposition:
                        "attachment; filename=\"\(kind.rawValue)-\(report.takenAt.description.prefix(10)).csv\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: report.csv))
            )
        }
    }
}

extension ReportController.Format {
    /// CSV when the field asks for it by name, else JSON.
    fileprivate init(accept: String?) {
        let ranges = (accept ?? "").split(separator: ",").map { range in
            range.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        }
        self = ranges.contains(CSVLine.mediaType) ? .csv : .json
    }
}
