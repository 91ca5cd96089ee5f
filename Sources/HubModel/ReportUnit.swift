/// The steps in which a report tells growth; days and months are those of UTC.
package enum ReportUnit: String, CaseIterable, Codable, Sendable {
    case day
    case month

    /// Windows of more days are told by month.
    package static let longestByDay = 92

    package init(days: Int) {
        self = days <= ReportUnit.longestByDay ? .day : .month
    }
}
