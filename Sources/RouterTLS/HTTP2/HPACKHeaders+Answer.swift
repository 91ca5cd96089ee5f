import NIOHPACK
import NIOHTTP1

extension HPACKHeaders {
    /// The head of an answer of HTTP/1.1 as one of HTTP/2: what frames the message or concerns the connection is left out.
    init(answer head: HTTPResponseHead) {
        self.init()
        reserveCapacity(head.headers.count + 1)
        add(name: ":status", value: String(head.status.code))
        for (name, value) in head.headers {
            let name = name.lowercased()
            switch name {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade": continue
            // Compressed with other secrets they could be guessed (RFC 7541 section 7.1.3).
            case "set-cookie": add(name: name, value: value, indexing: .neverIndexed)
            default: add(name: name, value: value)
            }
        }
    }
}
