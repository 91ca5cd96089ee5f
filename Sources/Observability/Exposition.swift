/// Writes metrics in Prometheus's text format, version 0.0.4.
struct Exposition {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func append(_ family: MetricFamily) {
        guard !family.series.isEmpty else { return }
        let name = Exposition.identifier(family.name, allowingColon: true)
        if let meaning = family.meaning { text += "# HELP \(name) \(Exposition.escaped(meaning, quotes: false))\n" }
        text += "# TYPE \(name) \(family.kind.text)\n"
        let all = family.series.map { (labels: Exposition.labels($0.key), series: $0.value) }
        for (labels, series) in all.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
            switch series {
            case .counter(let counter): sample(name, labels, Exposition.number(counter.value))
            case .gauge(let gauge): sample(name, labels, Exposition.number(gauge.value))
            case .histogram(let histogram): append(histogram, name, labels)
            }
        }
    }

    // MARK: - Private

    private mutating func append(_ histogram: HistogramSeries, _ name: String, _ labels: [String]) {
        // Read once: the count must be that of the infinite bucket while other threads go on counting.
        let counts = histogram.cumulativeCounts
        for (bound, count) in zip(histogram.bounds.map(Exposition.number) + ["+Inf"], counts) {
            sample("\(name)_bucket", labels + ["le=\"\(bound)\""], String(count))
        }
        sample("\(name)_sum", labels, Exposition.number(histogram.sum))
        sample("\(name)_count", labels, String(counts[counts.count - 1]))
    }

    private mutating func sample(_ name: String, _ labels: [String], _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels.joined(separator: ","))} \(value)\n"
    }

    private static func labels(_ set: LabelSet) -> [String] {
        set.labels.map { "\(identifier($0.name, allowingColon: false))=\"\(escaped($0.value, quotes: true))\"" }
    }

    /// The name with each character that Prometheus forbids replaced by an underscore.
    private static func identifier(_ name: String, allowingColon: Bool) -> String {
        let bytes = name.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
            case 0x3A where allowingColon: byte
            default: UInt8(ascii: "_")
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let first = bytes.first, !(0x30...0x39).contains(first) else { return "_" + text }
        return text
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}
