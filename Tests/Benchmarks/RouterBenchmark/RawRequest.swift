import Glibc

/// A request on a connection of its own, by plain sockets that block.
enum RawRequest {
    struct Answer {
        let status: Int
        let text: String
    }

    /// Asks for a path and reads until the other side closes.
    static func send(to port: Int, host: String, path: String) throws -> Answer {
        let connection = try BlockingConnection(port: port)
        defer { connection.close() }
        try connection.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        let text = connection.readToEnd()
        guard text.hasPrefix("HTTP/1.1 "), let status = Int(text.dropFirst(9).prefix(3)) else {
            throw BenchmarkFailure("no answer on port \(port): \(text.prefix(200))")
        }
        return Answer(status: status, text: text)
    }
}

/// A TCP connection to a port of this machine.
struct BlockingConnection {
    private let descriptor: CInt

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchmarkFailure(ofCall: "socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isConnected else {
            let failure = BenchmarkFailure(ofCall: "connect to port \(port)")
            Glibc.close(descriptor)
            throw failure
        }
    }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchmarkFailure(ofCall: "send") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// One piece of what comes; empty at the end.
    func read() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        while true {
            let piece = read()
            if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece
        }
    }

    func close() { Glibc.close(descriptor) }
}
