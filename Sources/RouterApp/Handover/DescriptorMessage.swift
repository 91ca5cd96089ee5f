import Glibc

/// Messages between two processes of one machine over a `SOCK_SEQPACKET` socket, each a text with descriptors
/// (`SCM_RIGHTS`, unix(7)). Nothing here waits longer than the socket's time-outs.
enum DescriptorMessage {
    private static let textLimit = 4096
    private static let descriptorLimit = 16

    /// The message's header before its descriptors, as cmsg(3) lays it out: length, level and type.
    private static let headerLength = MemoryLayout<cmsghdr>.size
    private static let descriptorLength = MemoryLayout<CInt>.size

    /// - Returns: false when the peer is gone or does not take it.
    static func send(_ text: String, _ descriptors: [CInt] = [], to socket: CInt) -> Bool {
        var bytes = Array(text.utf8)
        let count = bytes.count
        precondition((1...textLimit).contains(count) && descriptors.count <= descriptorLimit)
        let length = headerLength + descriptors.count * descriptorLength
        var control = [UInt8](repeating: 0, count: space(for: descriptors.count))
        control.withUnsafeMutableBytes { memory in
            var header = cmsghdr()
            header.cmsg_len = length
            header.cmsg_level = SOL_SOCKET
            header.cmsg_type = CInt(SCM_RIGHTS)
            memory.storeBytes(of: header, as: cmsghdr.self)
            for (index, descriptor) in descriptors.enumerated() {
                memory.storeBytes(
                    of: descriptor,
                    toByteOffset: headerLength + index * descriptorLength,
                    as: CInt.self
                )
            }
        }
        return withMessage(&bytes, descriptors.isEmpty ? nil : control) { message in
            sendmsg(socket, &message, CInt(MSG_NOSIGNAL)) == count
        }.result
    }

    /// - Returns: nil when the peer has gone, or sent nothing in time, or what is no message.
    static func receive(from socket: CInt) -> (text: String, descriptors: [CInt])? {
        var bytes = [UInt8](repeating: 0, count: textLimit)
        let control = [UInt8](repeating: 0, count: space(for: descriptorLimit))
        let received = withMessage(&bytes, control) { message in
            let count = recvmsg(socket, &message, CInt(MSG_CMSG_CLOEXEC))
            return (count: count, controlLength: message.msg_controllen, flags: message.msg_flags)
        }
        let descriptors = descriptors(in: received.control.prefix(received.result.controlLength))
        let isCut = received.result.flags & CInt(MSG_TRUNC | MSG_CTRUNC) != 0
        guard received.result.count > 0, !isCut else {
            for descriptor in descriptors { close(descriptor) }
            return nil
        }
        return (String(decoding: bytes.prefix(received.result.count), as: UTF8.self), descriptors)
    }

    // MARK: - Private

    /// The room for so many descriptors, to the next multiple of a word.
    private static func space(for count: Int) -> Int { headerLength + (count * descriptorLength + 7) / 8 * 8 }

    private static func withMessage<Result>(
        _ bytes: inout [UInt8],
        _ control: [UInt8]?,
        _ body: (inout msghdr) -> Result
    ) -> (result: Result, control: [UInt8]) {
        var control = control ?? []
        let result = bytes.withUnsafeMutableBytes { text in
            control.withUnsafeMutableBytes { control in
                var vector = iovec(iov_base: text.baseAddress, iov_len: text.count)
                return withUnsafeMutablePointer(to: &vector) { vector in
                    var message = msghdr()
                    message.msg_iov = vector
                    message.msg_iovlen = 1
                    if !control.isEmpty {
                        message.msg_control = control.baseAddress
                        message.msg_controllen = control.count
                    }
                    return body(&message)
                }
            }
        }
        return (result, control)
    }

    private static func descriptors(in control: ArraySlice<UInt8>) -> [CInt] {
        control.withUnsafeBytes { memory in
            guard memory.count >= headerLength else { return [] }
            let header = memory.loadUnaligned(as: cmsghdr.self)
            let isRights = header.cmsg_level == SOL_SOCKET && header.cmsg_type == CInt(SCM_RIGHTS)
            guard isRights, header.cmsg_len <= memory.count else { return [] }
            return stride(from: headerLength, to: Int(header.cmsg_len) - descriptorLength + 1, by: descriptorLength)
                .map { memory.loadUnaligned(fromByteOffset: $0, as: CInt.self) }
        }
    }
}
