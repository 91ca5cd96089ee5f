import CPostgres

/// Asks the server to cancel whatever a connection runs.
// Unchecked, because libpq never changes the object after making it, and allows any thread to use it.
@safe final class LibpqCanceller: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Takes over a cancel object.
    init(adopting handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe PQfreeCancel(handle)
    }

    /// Sends the request and waits until the server has acted on it: the signal is sent by then. Blocks.
    ///
    /// - Returns: nil, or why the request could not be sent.
    func cancel() -> String? {
        var message = [CChar](repeating: 0, count: 256)
        let succeeded = unsafe PQcancel(handle, &message, CInt(message.count)) == 1
        return succeeded ? nil : unsafe LibpqText.oneLine(message)
    }
}
