import Glibc

/// A non-blocking TCP socket; its owner closes it, once.
struct StreamSocket: Sendable {
    /// What became of a read or a write.
    enum Transfer {
        /// So many bytes, at least one.
        case bytes(Int)
        /// Nothing now: wait until the socket is ready again.
        case wouldBlock
        /// The peer has closed its direction.
        case endOfStream
        /// The error's description.
        case failed(String)
    }

    let descriptor: CInt

    /// Begins to connect; the socket becomes writable when that has ended, and `connectFailure` tells how.
    ///
    /// - Parameter address: a numeric IPv4 or IPv6 address.
    static func connecting(to address: String, port: Int) -> Result<StreamSocket, StreamSocketError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address, String(port), &hints, &list) == 0, let entry = unsafe list else {
            return .failure(StreamSocketError(description: "\(address) port \(port) is no address"))
        }
        defer { unsafe freeaddrinfo(list) }
        let flags = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(entry.pointee.ai_family, flags, 0)
        guard descriptor >= 0 else { return .failure(StreamSocketError(number: errno)) }
        let result = StreamSocket(descriptor: descriptor)
        // A pipeline of small commands must not wait for the acknowledgement of the one before.
        result.enable(TCP_NODELAY, level: CInt(IPPROTO_TCP))
        result.enable(SO_KEEPALIVE, level: SOL_SOCKET)
        guard unsafe connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) != 0, errno != EINPROGRESS
        else { return .success(result) }
        let error = StreamSocketError(number: errno)
        result.close()
        return .failure(error)
    }

    /// Why the connection could not be made; `nil` if it was.
    func connectFailure() -> StreamSocketError? {
        var number: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        let status = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        if status != 0 { number = errno }
        return number == 0 ? nil : StreamSocketError(number: number)
    }

    /// Reads what is there, at most as much as the buffer holds.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return count == 0 ? .endOfStream : transfer(count)
    }

    /// Writes as much as the kernel takes.
    func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        transfer(unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL)))
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    // MARK: - Private

    private func transfer(_ count: Int) -> Transfer {
        guard count < 0 else { return .bytes(count) }
        let number = errno
        // Interrupted or not ready: the reactor reports the descriptor again, as it is level-triggered.
        if number == EAGAIN || number == EINTR { return .wouldBlock }
        return .failed(StreamSocketError(number: number).description)
    }

    private func enable(_ option: CInt, level: CInt) {
        var on: CInt = 1
        _ = unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<CInt>.size))
    }
}
