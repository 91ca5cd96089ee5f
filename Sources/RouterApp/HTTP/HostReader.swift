/// Reads `Host` values (RFC 9110 section 7.2) under one base domain.
struct HostReader: Sendable {
    private let baseDomain: [UInt8]

    /// - Parameter baseDomain: in lower case.
    init(baseDomain: String) {
        self.baseDomain = Array(baseDomain.utf8)
    }

    /// The range of the name in a value `name[:port]`, or nil when the value is not of that form.
    func name(_ value: Range<Int>, in bytes: RawSpan) -> Range<Int>? {
        guard !value.isEmpty else { return nil }
        var end = value.upperBound
        if bytes[value.lowerBound] == UInt8(ascii: "[") {
            guard let bracket = value.first(where: { bytes[$0] == UInt8(ascii: "]") }) else { return nil }
            let isAddress = (value.lowerBound + 1..<bracket).allSatisfy { HostReader.isAddressByte(bytes[$0]) }
            guard isAddress, bracket > value.lowerBound + 2 else { return nil }
            end = bracket + 1
        } else {
            end = value.first { !HostReader.isNameByte(bytes[$0]) } ?? value.upperBound
        }
        guard end > value.lowerBound else { return nil }
        if end == value.upperBound { return value.lowerBound..<end }
        guard bytes[end] == ASCII.colon, HostReader.isPort(end + 1..<value.upperBound, in: bytes) else { return nil }
        return value.lowerBound..<end
    }

    /// The label before the base domain, when the name is exactly one label under it.
    func label(_ name: Range<Int>, in bytes: RawSpan) -> Range<Int>? {
        let length = name.count - baseDomain.count - 1
        guard length > 0 else { return nil }
        let dot = name.lowerBound + length
        guard bytes[dot] == ASCII.dot, isBaseDomain(dot + 1..<name.upperBound, in: bytes) else { return nil }
        let label = name.lowerBound..<dot
        return label.contains { bytes[$0] == ASCII.dot } ? nil : label
    }

    func isBaseDomain(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        guard name.count == baseDomain.count else { return false }
        for (offset, byte) in baseDomain.enumerated() where ASCII.lowercased(bytes[name.lowerBound + offset]) != byte {
            return false
        }
        return true
    }

    /// Whether the name is a numeric address or `localhost`.
    func isMachine(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        if bytes[name.lowerBound] == UInt8(ascii: "[") || bytes.equals(name, ignoringCase: "localhost") { return true }
        return name.allSatisfy { ASCII.isDigit(bytes[$0]) || bytes[$0] == ASCII.dot }
    }

    // MARK: - Private

    /// A port may be left out after its colon (RFC 3986 section 3.2.3).
    private static func isPort(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        guard range.count <= 5, range.allSatisfy({ ASCII.isDigit(bytes[$0]) }) else { return false }
        return range.reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) } <= 65_535
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let lower = ASCII.lowercased(byte)
        return (0x61...0x7A).contains(lower) || ASCII.isDigit(byte) || byte == 0x2D || byte == ASCII.dot || byte == 0x5F
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ASCII.hexDigit(byte) != nil || byte == ASCII.colon || byte == ASCII.dot
    }
}
