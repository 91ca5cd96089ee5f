import HubModel
import HubWire

/// What a move's certificate says, read from its text; drawn by `console-certificate`.
struct CertificateFacts: Sendable {
    struct Table: Sendable {
        let name: String
        let source: Quantity
        let target: Quantity
        /// The first digits of the target's hash.
        let hash: String
        let isEqual: Bool
        /// The rows that changed since they were compared before the pause; nil when all were compared within it.
        let changed: Quantity?
    }

    struct Switch: Sendable {
        let direction: String
        let epochs: String
        let waited: Quantity?
        let held: String
        let late: String
        let longest: Quantity?
        /// Routers of which nothing is known; nil when there are none.
        let silent: String?
        let tables: [Table]
    }

    let number: Quantity
    let hash: String
    let text: String
    let createdAt: ConsoleMoment
    let verified: Quantity
    let fault: String?
    let isSound: Bool
    let startedBy: String
    let completedBy: String
    let switches: [Switch]

    init(_ certificate: MoveCertificateView) {
        number = .count(certificate.number)
        hash = certificate.hash
        text = certificate.text
        createdAt = ConsoleMoment(certificate.createdAt)
        verified = .count(certificate.verified)
        fault = certificate.fault
        isSound = certificate.fault == nil
        let lines = certificate.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        func last(of name: String) -> String { lines.first { $0.first == name }?.last ?? "—" }
        startedBy = last(of: "started")
        completedBy = last(of: "completed")
        var parts: [[[String]]] = []
        for line in lines {
            if line.first == "switch" { parts.append([]) }
            if !parts.isEmpty { parts[parts.count - 1].append(line) }
        }
        switches = parts.map(Switch.init)
    }
}

extension CertificateFacts.Switch {
    /// - Parameter lines: from `switch` on, by their words.
    fileprivate init(_ lines: [[String]]) {
        func words(of name: String) -> [String] { lines.first { $0.first == name }.map { Array($0.dropFirst()) } ?? [] }
        direction = words(of: "switch").first ?? "—"
        epochs = words(of: "epochs").joined(separator: " → ")
        waited = words(of: "pause").first.flatMap(Double.init).map { .milliseconds($0 / 1000) }
        let requests = words(of: "requests")
        held = requests.first ?? "unknown"
        late = requests.dropFirst().first ?? "unknown"
        longest = words(of: "longest").first.flatMap(Double.init).map { .milliseconds($0 / 1000) }
        let routers = lines.filter { $0.first == "silent" }.compactMap(\.last)
        silent = routers.isEmpty ? nil : routers.joined(separator: ", ")
        tables = lines.filter { $0.first == "table" && $0.count == 6 }.map { line in
            CertificateFacts.Table(
                name: line[1],
                source: .count(Int64(line[2]) ?? 0),
                target: .count(Int64(line[4]) ?? 0),
                hash: String(line[5].prefix(12)),
                isEqual: line[2] == line[4] && line[3] == line[5],
                changed: lines.first { $0.count == 3 && $0[0] == "changed" && $0[1] == line[1] }
                    .map { .count(Int64($0[2]) ?? 0) }
            )
        }
    }
}
