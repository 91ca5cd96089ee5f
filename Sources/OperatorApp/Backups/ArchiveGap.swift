/// Segments of WAL that are missing in the archive, between others that are there: no recovery passes them.
struct ArchiveGap: Hashable, Encodable, Sendable {
    /// Where the missing ones begin and end, as the second and third group of eight digits of a segment's name.
    let first: String
    let last: String
    let count: Int
    /// The backup that was begun before them and the one that was begun after them: recovery from the first ends in the gap.
    let after: String
    let before: String?

    /// The gaps since the first of the backups, along the history that counts.
    ///
    /// - Parameters:
    ///   - names: the files of the archive; those that are no segments do not matter.
    ///   - backups: those that lead to the history, oldest first.
    static func find(in names: some Sequence<String>, history: TimelineHistory, backups: [BackupSet]) -> [ArchiveGap] {
        let segments = names.compactMap { WALSegment($0) }.filter(history.contains)
        let starts = backups.map { (label: $0.label, segment: WALSegment($0.archive.start)?.number ?? 0) }
        guard let begin = starts.first?.segment, let end = segments.map(\.number).max(), begin < end else { return [] }
        let present = Set(segments.map(\.number))
        let missing = (begin...end).filter { !present.contains($0) }
        var gaps: [ArchiveGap] = []
        var rest = missing[...]
        while let first = rest.first {
            let last = rest.enumerated().last { $0.element == first + UInt64($0.offset) }?.element ?? first
            rest = rest.drop { $0 <= last }
            gaps.append(
                ArchiveGap(
                    first: WALSegment.text(first),
                    last: WALSegment.text(last),
                    count: Int(last - first) + 1,
                    after: starts.last { $0.segment <= first }?.label ?? starts[0].label,
                    before: starts.first { $0.segment > last }?.label
                )
            )
        }
        return gaps
    }

    var sentence: String {
        let place = "\(count) segments of WAL are missing in the archive (\(first)–\(last))"
        guard let before else {
            return "\(place): only moments soon after backup \(after) can be restored; hubctl backup create begins anew"
        }
        return "\(place): not every moment between the backups \(after) and \(before) can be restored"
    }
}

/// A segment of WAL of 16 MiB, the size that PostgreSQL has unless initdb was told otherwise.
struct WALSegment: Hashable, Sendable {
    let timeline: UInt32
    /// Counted from the beginning of WAL.
    let number: UInt64

    /// - Parameter name: 24 hexadecimal digits, and whatever the archive adds to them; nil for another file.
    init?(_ name: String) {
        let digits = name.prefix(24)
        let next = name.dropFirst(24).first
        guard digits.count == 24, next == nil || next == "-", let timeline = UInt32(digits.prefix(8), radix: 16),
            let log = UInt64(digits.dropFirst(8).prefix(8), radix: 16), let part = UInt64(digits.suffix(8), radix: 16)
        else { return nil }
        self.timeline = timeline
        number = log << 8 | part
    }

    static func number(of position: WALPosition) -> UInt64 { position.value >> 24 }

    /// Both groups of eight digits of its name.
    static func text(_ number: UInt64) -> String {
        func padded(_ value: UInt64) -> String {
            let digits = String(value, radix: 16, uppercase: true)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        return padded(number >> 8) + padded(number & 0xFF)
    }
}
