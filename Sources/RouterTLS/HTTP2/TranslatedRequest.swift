import NIOHPACK
import NIOHTTP1

/// Why a request of HTTP/2 is none: its stream is reset.
struct MalformedRequest: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// A request of HTTP/2 as one of HTTP/1.1: its head, to be written as it is.
///
/// Nothing of the client's frames the message: the framing is written anew from what HTTP/2 says of it. The rules are
/// RFC 9113 sections 8.2 and 8.3; what they leave open is refused, since whoever reads it as HTTP/1.1 might see another
/// request in it.
struct TranslatedRequest {
    let head: HTTPRequestHead
    /// The stated length of the body; nil for none stated.
    let length: Int?

    /// - Parameter isWhole: there is no body.
    init(_ fields: HPACKHeaders, isWhole: Bool) throws(MalformedRequest) {
        var pseudo = PseudoFields()
        var reader = RegularFields()
        for (name, value, _) in fields {
            if name.utf8.first == UInt8(ascii: ":") {
                guard reader.isEmpty else { throw MalformedRequest("a pseudo field follows others") }
                try pseudo.take(name, value)
            } else {
                try reader.take(name, value)
            }
        }
        let (method, scheme, path) = try pseudo.complete()
        guard !isWhole || reader.length ?? 0 == 0 else {
            throw MalformedRequest("the body that was announced is missing")
        }
        length = reader.length
        var headers = HTTPHeaders()
        var target = path
        if let authority = pseudo.authority {
            headers.add(name: "host", value: authority)
            let differing = reader.hosts.filter { $0.lowercased() != authority.lowercased() }
            if !differing.isEmpty {
                // To be refused by whoever reads it, as the same request of HTTP/1.1 would be.
                target = "\(scheme)://\(authority)\(path == "*" ? "/" : path)"
                headers.replaceOrAdd(name: "host", value: differing[0])
            }
        } else {
            for host in reader.hosts { headers.add(name: "host", value: host) }
        }
        headers.add(contentsOf: reader.others)
        if !reader.cookies.isEmpty { headers.add(name: "cookie", value: reader.cookies.joined(separator: "; ")) }
        if let length {
            headers.add(name: "content-length", value: String(length))
        } else if !isWhole {
            headers.add(name: "transfer-encoding", value: "chunked")
        } else if ["POST", "PUT", "PATCH"].contains(method) {
            headers.add(name: "content-length", value: "0")
        }
        head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: headers)
    }
}

/// The pseudo fields of one request.
private struct PseudoFields {
    private var method: String?
    private var scheme: String?
    private var path: String?
    private(set) var authority: String?

    mutating func take(_ name: String, _ value: String) throws(MalformedRequest) {
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw MalformedRequest("\(name) holds nothing, or a byte that it may not hold")
        }
        switch name {
        case ":method" where method == nil: method = value
        case ":scheme" where scheme == nil: scheme = value
        case ":path" where path == nil: path = value
        case ":authority" where authority == nil: authority = value
        default: throw MalformedRequest("\(name) is unknown, or there twice")
        }
    }

    func complete() throws(MalformedRequest) -> (method: String, scheme: String, path: String) {
        guard let method, let scheme, let path else { throw MalformedRequest("a pseudo field is missing") }
        guard method != "CONNECT", method.utf8.allSatisfy(\.isTokenByte) else {
            throw MalformedRequest("the method is none that can be passed on")
        }
        guard scheme == "https" else { throw MalformedRequest("the scheme is not https") }
        guard path.utf8.first == UInt8(ascii: "/") || path == "*" && method == "OPTIONS",
            !path.utf8.contains(UInt8(ascii: "#"))
        else {
            throw MalformedRequest("the path is none")
        }
        if let authority {
            guard authority.utf8.allSatisfy(\.isAuthorityByte) else {
                throw MalformedRequest("the authority is no host")
            }
        }
        return (method, scheme, path)
    }
}

/// All other fields of one request.
private struct RegularFields {
    private(set) var hosts: [String] = []
    private(set) var cookies: [String] = []
    private(set) var length: Int?
    private(set) var others = HTTPHeaders()
    private(set) var isEmpty = true

    mutating func take(_ name: String, _ value: String) throws(MalformedRequest) {
        isEmpty = false
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isTokenByte && !(0x41...0x5A).contains($0) }) else {
            throw MalformedRequest("a field's name is none, or not in lower case")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
            !(value.utf8.first?.isBlank ?? false), !(value.utf8.last?.isBlank ?? false)
        else {
            throw MalformedRequest("a field's value holds a control byte, or begins or ends with a blank")
        }
        switch name {
        case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
            throw MalformedRequest("\(name) means nothing in HTTP/2")
        case "te":
            guard value == "trailers" else { throw MalformedRequest("the only TE of HTTP/2 is trailers") }
        case "content-length":
            guard length == nil, !value.isEmpty, value.utf8.count <= 18,
                value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else {
                throw MalformedRequest("there must be at most one Content-Length, a plain number")
            }
            length = Int(value)
        case "host":
            hosts.append(value)
        case "cookie":
            // Cookies may come in crumbs (RFC 9113 section 8.2.3).
            cookies.append(value)
        default:
            others.add(name: name, value: value)
        }
    }
}

extension UInt8 {
    /// Whether it may be part of a token (RFC 9110 section 5.6.2).
    fileprivate var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }

    /// Whether it may be part of a host and port without user information.
    fileprivate var isAuthorityByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~%[]:!$&'()*+,;=".utf8.contains(self)
        }
    }

    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
