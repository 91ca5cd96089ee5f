import Glibc

/// Why a socket could not be opened or connected.
struct StreamSocketError: Error, Sendable, CustomStringConvertible {
    /// The system's words, without a full stop.
    let description: String

    init(description: String) {
        self.description = description
    }

    init(number: CInt) {
        self.description = unsafe String(cString: strerror(number)).lowercased()
    }
}
