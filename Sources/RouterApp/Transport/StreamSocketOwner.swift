import NIOCore

/// Whoever uses a ``StreamSocket``; it is told everything on the reactor's thread.
protocol StreamSocketOwner: AnyObject {
    /// Whether it takes what comes. What it does not take stays in the kernel, and so with the peer, until
    /// ``StreamSocket/resumeReading()``.
    var mayRead: Bool { get }

    /// Whether the connection is over when the peer has closed its side, though nothing is to be read now.
    var endsWithPeer: Bool { get }

    /// Whether it keeps the memory of what it is given beyond ``received(_:)``. Otherwise that is the memory into which all
    /// sockets receive, and is taken again.
    var keepsPieces: Bool { get }

    /// Bytes have come.
    func received(_ piece: ByteBuffer)

    /// There is nothing more for now: what the pieces led to may be sent.
    func receivedAll()

    /// ``StreamSocket/isWritable`` has changed.
    func writabilityChanged()

    /// The connection is closed, by whomever; the last that is told.
    ///
    /// - Parameter cleanly: the peer ended it, or the owner; otherwise it broke.
    func ended(cleanly: Bool)
}
