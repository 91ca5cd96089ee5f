/// All series of one metric.
struct MetricFamily {
    enum Series {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)

        var object: AnyObject {
            switch self {
            case .counter(let series): series
            case .gauge(let series): series
            case .histogram(let series): series
            }
        }
    }

    let name: String
    let kind: MetricDescription.Kind
    /// Nil for a metric that no catalogue describes.
    let meaning: String?
    private(set) var series: [LabelSet: Series] = [:]

    init(name: String, kind: MetricDescription.Kind, meaning: String?) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    /// A counter without labels that exists already.
    init(name: String, meaning: String?, counter: CounterSeries) {
        self.init(name: name, kind: .counter, meaning: meaning)
        series[LabelSet([])] = .counter(counter)
    }

    /// The series with those labels, made when it is new; the series `other` once there are `limit` of them.
    mutating func series(labels: LabelSet, limit: Int) -> Series {
        if let known = series[labels] { return known }
        let key = series.count < limit ? labels : labels.other
        if let known = series[key] { return known }
        let new: Series =
            switch kind {
            case .counter: .counter(CounterSeries())
            case .gauge: .gauge(GaugeSeries())
            case .histogram(let buckets): .histogram(HistogramSeries(bounds: buckets))
            }
        series[key] = new
        return new
    }

    mutating func remove(_ object: AnyObject) {
        series = series.filter { $0.value.object !== object }
    }
}
