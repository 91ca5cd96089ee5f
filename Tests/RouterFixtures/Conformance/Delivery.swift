/// How the bytes of a case are cut up on their way; what they mean must not depend on it.
package enum Delivery: String, CaseIterable, Sendable {
    case whole
    case byteByByte
    /// Cut after every line break.
    case afterLineBreaks
    /// Cut within every line break.
    case insideLineBreaks

    /// What is longer comes in so many pieces instead of byte by byte.
    private static let mostPieces = 2000

    package func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        switch self {
        case .whole:
            return [bytes]
        case .byteByByte:
            let size = bytes.count / Delivery.mostPieces + 1
            return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        case .afterLineBreaks:
            return Delivery.cut(bytes) { $0 == 0x0A }
        case .insideLineBreaks:
            return Delivery.cut(bytes) { $0 == 0x0D }
        }
    }

    /// Sends all of it, or as much as the router lets come.
    package func send(_ bytes: [UInt8], over client: RawPeer) async {
        for piece in pieces(of: bytes) where !client.isClosed {
            guard (try? await client.sendAndWait(piece)) != nil else { return }
        }
    }

    // MARK: - Private

    private static func cut(_ bytes: [UInt8], after isEnd: (UInt8) -> Bool) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in bytes {
            pieces[pieces.count - 1].append(byte)
            if isEnd(byte) { pieces.append([]) }
        }
        return pieces.filter { !$0.isEmpty }
    }
}
