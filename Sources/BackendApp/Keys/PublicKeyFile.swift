import Credentials
import FoundationEssentials
import HubWire

/// The last good copy of the directory's public keys on disk, so that a backend can start without the directory.
struct PublicKeyFile: Sendable {
    private let path: String

    init(path: String) {
        self.path = path
    }

    /// The keys of the copy; none when there is no copy or it is damaged, which the next good one mends.
    func read() -> [PublicSigningKey] {
        guard
            let data = try? Data(contentsOf: URL(filePath: path)),
            let texts = try? WireJSON.decode([String].self, from: data)
        else { return [] }
        return texts.compactMap { try? PublicSigningKey(text: $0) }
    }

    /// Replaces the copy as a whole: a reader sees the old one or the new one.
    func write(_ keys: [PublicSigningKey]) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(WireJSON.encode(keys.map(\.text))).write(to: url, options: .atomic)
    }
}
