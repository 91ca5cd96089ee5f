import Foundation

/// The files of all pages as they stand in `Templates` and `Assets` of this room: built into the executable, or read from a
/// checkout while somebody works on them.
enum SiteFiles {
    /// The folder that `HUB_ASSETS` names; nil to use what is built in.
    static let folder = ProcessInfo.processInfo.environment["HUB_ASSETS"].flatMap { $0.isEmpty ? nil : $0 }

    static func templates() -> [(name: String, text: String)] {
        SiteFiles.builtTemplates.map { file in
            (file.name, String(decoding: read("Templates/\(file.name).mustache") ?? file.bytes, as: UTF8.self))
        }
    }

    static func asset(_ name: String, _ built: [UInt8]) -> [UInt8] {
        read("Assets/\(name)") ?? built
    }

    // MARK: - Private

    private static func read(_ path: String) -> [UInt8]? {
        folder.flatMap { try? Data(contentsOf: URL(fileURLWithPath: "\($0)/\(path)")) }.map(Array.init)
    }
}
