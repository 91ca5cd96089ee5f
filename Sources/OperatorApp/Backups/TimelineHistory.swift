/// From which timelines a server's history descends, and where it left each: the contents of a `.history` file.
///
/// After a restore the server goes on in a new timeline; backups that were made later in the old one do not lead there.
struct TimelineHistory: Sendable {
    let timeline: UInt32
    private let departures: [UInt32: WALPosition]

    /// - Parameter text: the lines of the timeline's history file; empty for the first timeline, which has none.
    init(timeline: UInt32, text: String) {
        self.timeline = timeline
        departures = text.split(separator: "\n").reduce(into: [:]) { departures, line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 2, let parent = UInt32(fields[0]), let position = WALPosition(String(fields[1]))
            else {
                return
            }
            departures[parent] = position
        }
    }

    /// Whether recovery from the backup can arrive in this timeline.
    func leads(from backup: BackupSet) -> Bool {
        if backup.timeline == timeline { return true }
        guard let departure = departures[backup.timeline], let end = backup.end else { return false }
        return end <= departure
    }

    /// Whether the segment belongs to the history, and not to what a timeline went on with after it was left.
    func contains(_ segment: WALSegment) -> Bool {
        if segment.timeline == timeline { return true }
        guard let departure = departures[segment.timeline] else { return false }
        return segment.number <= WALSegment.number(of: departure)
    }

    /// The name of the file.
    static func file(of timeline: UInt32) -> String {
        let digits = String(timeline, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits + ".history"
    }
}
