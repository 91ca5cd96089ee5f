/// Writes commands in the form RESP2 demands of a client: an array of bulk strings.
enum RESPEncoder {
    /// Appends one command to `output`.
    static func append(_ arguments: some Collection<RedisArgument>, to output: inout [UInt8]) {
        appendHeader(UInt8(ascii: "*"), arguments.count, to: &output)
        for argument in arguments {
            switch argument.storage {
            case .text(let text):
                appendHeader(UInt8(ascii: "$"), text.utf8.count, to: &output)
                output.append(contentsOf: text.utf8)
            case .bytes(let bytes):
                appendHeader(UInt8(ascii: "$"), bytes.count, to: &output)
                output.append(contentsOf: bytes)
            }
            output.append(UInt8(ascii: "\r"))
            output.append(UInt8(ascii: "\n"))
        }
    }

    // MARK: - Private

    private static func appendHeader(_ marker: UInt8, _ count: Int, to output: inout [UInt8]) {
        output.append(marker)
        output.append(contentsOf: String(count).utf8)
        output.append(UInt8(ascii: "\r"))
        output.append(UInt8(ascii: "\n"))
    }
}
