import Compression
import HTTPTypes
package import Hummingbird
import NIOCore

/// Serves files under a path whose hash changes whenever one of them does, so that browsers keep them for ever.
///
/// Each is compressed once, when the process starts. A page of an older or newer process names another hash: it gets the
/// file as it is here, but may not keep it.
package struct AssetRoutes: Sendable {
    package struct File: Sendable {
        let name: String
        let mediaType: String
        let read: @Sendable () -> [UInt8]

        /// - Parameter read: the file's bytes.
        package init(name: String, mediaType: String, read: @escaping @Sendable () -> [UInt8]) {
            self.name = name
            self.mediaType = mediaType
            self.read = read
        }
    }

    private let path: String
    private let files: [File]
    private let isImmutable: Bool

    /// - Parameters:
    ///   - path: of the folder, such as `/assets/<hash>`.
    ///   - isImmutable: whether the files stay as they are for as long as the process runs.
    package init(path: String, files: [File], isImmutable: Bool) {
        self.path = path
        self.files = files
        self.isImmutable = isImmutable
    }

    package func add(to router: Router<WebContext>) {
        for file in files {
            let kept = isImmutable ? Representation(file) : nil
            router.get("/assets/:hash/\(file.name)") { [path, isImmutable] request, _ in
                let isCurrent = isImmutable && request.uri.path == "\(path)/\(file.name)"
                return (kept ?? Representation(file)).answer(to: request, isCurrent: isCurrent)
            }
        }
    }
}

/// One file, as it is and compressed.
private struct Representation: Sendable {
    private let mediaType: String
    private let plain: ByteBuffer
    private let gzip: ByteBuffer

    init(_ file: AssetRoutes.File) {
        let bytes = file.read()
        mediaType = file.mediaType
        plain = ByteBuffer(bytes: bytes)
        gzip = ByteBuffer(bytes: GzipEncoder.encode(bytes))
    }

    func answer(to request: Request, isCurrent: Bool) -> Response {
        var fields: HTTPFields = [
            .contentType: mediaType, .vary: "Accept-Encoding",
            .cacheControl: isCurrent ? "public, max-age=31536000, immutable, no-transform" : "no-store, no-transform",
        ]
        let isGzip = AcceptEncoding(request.headers[.acceptEncoding]) != .identity
        if isGzip { fields[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: isGzip ? gzip : plain))
    }
}
