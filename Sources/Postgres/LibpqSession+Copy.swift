import CPostgres

extension LibpqSession {
    /// What became of a piece of data to send.
    enum CopyPut {
        case accepted
        /// The buffer is full: try again when the socket can be written.
        case full
        case failed
    }

    /// What arrived.
    enum CopyGot {
        /// A row was appended.
        case row
        /// Nothing is there: try again when the socket can be read.
        case nothing
        /// There are no more rows, or the statement failed: the result tells.
        case end
    }

    /// Sends data of a COPY FROM STDIN.
    func putCopyData(_ data: [UInt8]) -> CopyPut {
        let outcome = unsafe data.withUnsafeBytes { bytes in
            unsafe PQputCopyData(handle, bytes.bindMemory(to: CChar.self).baseAddress, CInt(data.count))
        }
        return Self.copyPut(outcome)
    }

    /// Ends a COPY FROM STDIN, or has it fail with a message.
    func putCopyEnd(failure: String?) -> CopyPut {
        let outcome =
            if let failure { unsafe PQputCopyEnd(handle, failure) } else { unsafe PQputCopyEnd(handle, nil) }
        return Self.copyPut(outcome)
    }

    /// Reads the next row of a COPY TO STDOUT, if it has arrived.
    func getCopyData(appendingTo chunk: inout [UInt8]) -> CopyGot {
        var row: UnsafeMutablePointer<CChar>?
        let length = unsafe PQgetCopyData(handle, &row, 1)
        guard length > 0, let row = unsafe row else { return length == 0 ? .nothing : .end }
        defer { unsafe PQfreemem(row) }
        unsafe chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
        return .row
    }

    // MARK: - Private

    private static func copyPut(_ outcome: CInt) -> CopyPut {
        switch outcome {
        case 1: .accepted
        case 0: .full
        default: .failed
        }
    }
}
