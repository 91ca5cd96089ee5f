import Crypto

/// The style sheets, ES modules and pictures of all pages.
///
/// They stand together under one path that has a hash of all their contents: modules find each other by relative names,
/// and a browser may keep everything for ever.
package struct Assets: Sendable {
    package struct File: Sendable {
        package let name: String
        package let mediaType: String
        package let bytes: [UInt8]
    }

    /// The files of this executable.
    package static let built = Assets()

    /// The path of the files' folder, `/assets/<hash>`.
    package let path: String
    package let files: [File]
    /// Whether browsers may keep them: not while they are read from a checkout.
    package let isImmutable: Bool

    /// The file as it is now.
    package func current(_ file: File) -> [UInt8] {
        isImmutable ? file.bytes : SiteFiles.asset(file.name, file.bytes)
    }

    // MARK: - Private

    private init() {
        files = SiteFiles.builtAssets.map { name, bytes in
            File(name: name, mediaType: Assets.mediaType(of: name), bytes: bytes)
        }
        isImmutable = SiteFiles.folder == nil
        var hash = SHA256()
        for file in files {
            hash.update(data: Array(file.name.utf8) + [0])
            hash.update(data: file.bytes)
        }
        let digits = hash.finalize().prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }
        path = "/assets/\(digits.joined())"
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        default: "image/svg+xml"
        }
    }
}
