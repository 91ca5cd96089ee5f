/// One kind of request and its answer.
enum Workload: CaseIterable {
    case empty
    case page
    case large
    case upload

    /// For the report.
    var name: String {
        switch self {
        case .empty: "0 B answers"
        case .page: "1.5 kB answers"
        case .large: "1 MB answers"
        case .upload: "64 kB uploads"
        }
    }

    /// Where the origin has it.
    var path: String {
        switch self {
        case .empty: "/empty"
        case .page: "/page"
        case .large: "/large"
        case .upload: "/upload"
        }
    }

    /// Bytes of the request's body.
    var requestBytes: Int { self == .upload ? 64 * 1024 : 0 }

    /// Bytes of the answer's body.
    var answerBytes: Int {
        switch self {
        case .empty, .upload: 0
        case .page: 1500
        case .large: 1024 * 1024
        }
    }

    /// Connections that keep the proxy busy.
    var connections: Int { self == .large || self == .upload ? 16 : 64 }
}
