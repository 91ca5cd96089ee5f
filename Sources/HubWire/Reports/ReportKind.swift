package import HubModel

/// The reports that can be asked for: one part, or all of them.
package enum ReportKind: String, CaseIterable, Codable, Sendable {
    case usage
    case growth
    case inactive
    case limits
    case storage
    case all

    package var parts: Set<ReportPart> {
        ReportPart(rawValue: rawValue).map { [$0] } ?? Set(ReportPart.allCases)
    }
}
