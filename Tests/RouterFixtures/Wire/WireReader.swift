/// Reads HTTP/1.1 in the one form in which the router writes it, and finds fault with any other.
///
/// It shares nothing with the router's own parser, which it is there to judge.
struct WireReader {
    struct Field {
        /// In lower case.
        let name: String
        let value: String
    }

    private let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    var isAtEnd: Bool { offset == bytes.endIndex }
    var consumed: Int { offset - bytes.startIndex }

    /// The first line and the fields of a head, or nil when it has not all come.
    mutating func head() throws(WireViolation) -> (line: String, fields: [Field])? {
        let start = offset
        guard let first = try line() else { return nil }
        var fields: [Field] = []
        while let line = try line() {
            guard !line.isEmpty else { return (String(decoding: first, as: UTF8.self), fields) }
            fields.append(try WireReader.field(line))
        }
        offset = start
        return nil
    }

    /// That many bytes, or nil when they have not all come.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard bytes.endIndex - offset >= count else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    /// Everything that is left.
    mutating func rest() -> ArraySlice<UInt8> {
        defer { offset = bytes.endIndex }
        return bytes[offset...]
    }

    /// The data of a chunked body, or nil when it has not all come.
    mutating func chunks() throws(WireViolation) -> [UInt8]? {
        var data: [UInt8] = []
        while let line = try line() {
            let text = String(decoding: line, as: UTF8.self)
            guard let size = Int(text, radix: 16), text == String(size, radix: 16) else {
                throw WireViolation("the size of a chunk is '\(text)'")
            }
            guard let piece = take(size) else { return nil }
            data += piece
            guard let end = try self.line() else { return nil }
            guard end.isEmpty else { throw WireViolation("a chunk goes on after its size, or there is a trailer") }
            if size == 0 { return data }
        }
        return nil
    }

    // MARK: - Private

    private mutating func line() throws(WireViolation) -> ArraySlice<UInt8>? {
        guard let lineFeed = bytes[offset...].firstIndex(of: 0x0A) else { return nil }
        let line = bytes[offset..<lineFeed]
        guard line.last == 0x0D else { throw WireViolation("a line ends in a bare LF") }
        let text = line.dropLast()
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw WireViolation("a line holds a control byte")
        }
        offset = lineFeed + 1
        return text
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(WireViolation) -> Field {
        guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else {
            throw WireViolation("a field line without a name")
        }
        let symbols = Array("!#$%&'*+-.^_`|~".utf8)
        let isName = line[..<colon].allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || symbols.contains(byte)
        }
        guard isName else { throw WireViolation("a field name that is no token") }
        var value = line[(colon + 1)...]
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value = value.dropFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value = value.dropLast() }
        return Field(
            name: String(decoding: line[..<colon], as: UTF8.self).lowercased(),
            value: String(decoding: value, as: UTF8.self)
        )
    }
}

extension [WireReader.Field] {
    func values(_ name: String) -> [String] { filter { $0.name == name }.map(\.value) }
}
