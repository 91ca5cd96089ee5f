import CHiredis

/// Builds one `RedisReply` at a time from the callbacks of a hiredis reader, whose private data it is.
///
/// hiredis reads depth first, so a stack of unfinished arrays is all the structure needed; the objects it asks for are
/// only marks that are not NULL.
final class ReplyBuilder {
    private struct UnfinishedArray {
        var missing: Int
        var elements: [RedisReply]
    }

    /// Whether an array was refused for its size, which hiredis reports as a lack of memory.
    private(set) var refusedArray = false

    private var stack: [UnfinishedArray] = []
    private var finished: RedisReply?

    /// The reply just completed, which leaves the builder ready for the next one.
    func takeReply() -> RedisReply? {
        defer { finished = nil }
        return finished
    }

    /// The callbacks, shared by all readers and never freed; nothing writes to them after this initialiser.
    nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        unsafe table.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, text, length in
                    unsafe ReplyBuilder.of(task).addString(type: task!.pointee.type, text, length)
                    return unsafe task!.pointee.privdata
                },
                createArray: { task, count in
                    unsafe ReplyBuilder.of(task).beginArray(Int(count)) ? task!.pointee.privdata : nil
                },
                createInteger: { task, value in
                    unsafe ReplyBuilder.of(task).add(.integer(Int(value)))
                    return unsafe task!.pointee.privdata
                },
                createNil: { task in
                    unsafe ReplyBuilder.of(task).add(.null)
                    return unsafe task!.pointee.privdata
                },
                freeObject: { _ in }
            )
        )
        return unsafe table
    }()

    // MARK: - Private

    /// A server of ours never answers with a million elements; a broken peer could claim two thousand million.
    private static let maximumArrayCount = 1 << 20

    private static func of(_ task: UnsafePointer<redisReadTask>?) -> ReplyBuilder {
        unsafe Unmanaged<ReplyBuilder>.fromOpaque(task!.pointee.privdata).takeUnretainedValue()
    }

    private func addString(type: CInt, _ text: UnsafeMutablePointer<CChar>?, _ length: Int) {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        switch type {
        case REDIS_REPLY_STATUS: add(.simpleString(unsafe String(decoding: bytes, as: UTF8.self)))
        case REDIS_REPLY_ERROR: add(.error(unsafe String(decoding: bytes, as: UTF8.self)))
        default: add(.bulk(unsafe Array(bytes)))
        }
    }

    private func beginArray(_ count: Int) -> Bool {
        guard count <= Self.maximumArrayCount else {
            refusedArray = true
            return false
        }
        guard count > 0 else {
            add(.array([]))
            return true
        }
        var elements: [RedisReply] = []
        elements.reserveCapacity(min(count, 1024))
        stack.append(UnfinishedArray(missing: count, elements: elements))
        return true
    }

    /// Puts a complete value into its place, and with the last element of an array the array into its own.
    private func add(_ reply: RedisReply) {
        var reply = reply
        while let last = stack.indices.last {
            stack[last].elements.append(reply)
            stack[last].missing -= 1
            guard stack[last].missing == 0 else { return }
            reply = .array(stack.removeLast().elements)
        }
        finished = reply
    }
}
