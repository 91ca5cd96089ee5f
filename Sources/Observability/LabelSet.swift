/// The labels of one series, sorted by name, so that their order at the point of use does not matter.
struct LabelSet: Hashable {
    struct Label: Hashable {
        let name: String
        let value: String
    }

    let labels: [Label]

    init(_ dimensions: [(String, String)]) {
        labels = dimensions.map { Label(name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
    }

    private init(labels: [Label]) {
        self.labels = labels
    }

    /// The series that stands for all those beyond the bound of a metric.
    var other: LabelSet { LabelSet(labels: labels.map { Label(name: $0.name, value: "other") }) }
}
