import NIOCore

/// Memory for output that the connections of one loop share: a connection needs some from the first byte of a message to the
/// flush, so a few pieces serve thousands, and stay in the processor's cache.
final class BufferStore {
    private var spare: [ByteBuffer] = []
    private let allocator = ByteBufferAllocator()

    private static let length = 4096
    /// Longer ones are not kept: a long answer's memory is better given back.
    private static let longest = 64 * 1024
    private static let most = 64

    /// An empty buffer with room.
    func take() -> ByteBuffer { spare.popLast() ?? allocator.buffer(capacity: BufferStore.length) }

    func giveBack(_ buffer: consuming ByteBuffer) {
        guard spare.count < BufferStore.most, (1...BufferStore.longest).contains(buffer.capacity) else { return }
        // Whoever else still reads from its memory goes on to: clearing then takes new memory.
        buffer.clear()
        spare.append(buffer)
    }
}
