import Redis

/// The fields of an `INFO` reply.
struct RedisInformation {
    private var fields: [Substring: Substring] = [:]

    /// - Parameter replies: of one or several sections.
    init(_ replies: some Sequence<RedisReply>) {
        for text in replies.compactMap(\.string) {
            for line in text.split(whereSeparator: \.isNewline) {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon]] = line[line.index(after: colon)...]
            }
        }
    }

    subscript(field: String) -> String? { fields[field[...]].map { String($0) } }

    func integer(_ field: String) -> Int? { self[field].flatMap { Int($0) } }
}
