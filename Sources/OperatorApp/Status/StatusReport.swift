/// Every process and store of the deployment, with its state.
struct StatusReport: Report {
    let healthy: Bool
    let parts: [PartStatus]

    init(parts: [PartStatus]) {
        self.parts = parts
        healthy = parts.allSatisfy { $0.state == .up }
    }

    func text(for stream: TextStream) -> String {
        var table = Table("KIND", "NAME", "ADDRESS", "STATE", "VERSION", .number("UPTIME"), "DETAIL")
        for part in parts {
            table.append(
                .init(part.kind.rawValue),
                .init(part.name),
                .init(part.endpoint),
                .init(part.state),
                .init(part.version ?? ""),
                .init(part.uptimeSeconds.map(Duration.seconds).map(\.coarse) ?? ""),
                .init(part.detail ?? "")
            )
        }
        return table.text(for: stream)
    }
}

extension Table.Cell {
    fileprivate init(_ state: PartStatus.State) {
        switch state {
        case .up: self.init(state.rawValue, .good)
        case .degraded: self.init(state.rawValue, .warning)
        case .down: self.init(state.rawValue, .bad)
        }
    }
}

extension Duration {
    /// The two largest units, as uptimes are read: `42s`, `3m 20s`, `5h 2m`, `12d 4h`.
    var coarse: String {
        let seconds = Int(seconds)
        return switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400: "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }
}
