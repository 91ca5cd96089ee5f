import FoundationEssentials
import HubModel
import NIOCore
import Observability

/// Writes one JSON line for each request, gathered per event loop and handed over in batches.
///
/// The members are those of ``LogField``. It writes bytes, not values: a general JSON encoder would cost more than the
/// rest of the router's work on a request.
struct AccessLog {
    private let writer: LogWriter?
    /// Everything after the time and before the first member that differs.
    private let preamble: String
    private var batch = ByteBuffer()

    private static let batchLength = 32 * 1024

    /// - Parameter writer: nil for no access log.
    init(writer: LogWriter?, process: String) {
        self.writer = writer
        preamble = #"Z","level":"info","process":"\#(process)","logger":"access","msg":"request","request_id":""#
    }

    /// Everything about a request that is not in its ``Exchange``.
    struct Facts {
        let status: Int
        let nanoseconds: Int64
        let bytesIn: Int
        let bytesOut: Int
        let client: String
    }

    mutating func append(
        _ facts: Facts,
        requestID: RequestID,
        head: RequestHead?,
        target: Target?,
        backend: String?,
        clock: inout ClockText
    ) {
        guard writer != nil else { return }
        let (prefix, milliseconds) = clock.stamp()
        batch.writeStaticString(#"{"ts":""#)
        batch.writeBytes(prefix)
        batch.writePadded(milliseconds)
        batch.writeString(preamble)
        requestID.write(to: &batch)
        if let head { append(head) }
        batch.writeStaticString(#"","status":"#)
        batch.writeDecimal(facts.status)
        batch.writeStaticString(#","duration_ms":"#)
        batch.writeDecimal(Int(facts.nanoseconds / 1_000_000))
        batch.writeStaticString(".")
        batch.writePadded(Int(facts.nanoseconds / 1000 % 1000))
        batch.writeStaticString(#","bytes_in":"#)
        batch.writeDecimal(facts.bytesIn)
        batch.writeStaticString(#","bytes_out":"#)
        batch.writeDecimal(facts.bytesOut)
        if let tenant = target?.tenant {
            batch.writeStaticString(#","tenant":""#)
            batch.writeUUID(tenant.id)
            batch.writeStaticString(#"","epoch":"#)
            batch.writeDecimal(Int(tenant.epoch.rawValue))
        }
        if let target {
            batch.writeStaticString(#","shard":""#)
            batch.writeString(target.group.name)
            batch.writeStaticString("\"")
        }
        if let backend {
            batch.writeStaticString(#","backend":""#)
            batch.writeString(backend)
            batch.writeStaticString("\"")
        }
        batch.writeStaticString(#","client":""#)
        batch.writeString(facts.client)
        batch.writeStaticString("\"}\n")
        if batch.readableBytes >= AccessLog.batchLength { flush() }
    }

    mutating func flush() {
        guard let writer, batch.readableBytes > 0 else { return }
        writer.write(Array(batch.readableBytesView))
        batch.clear()
    }

    // MARK: - Private

    private mutating func append(_ head: RequestHead) {
        let span = head.bytes.readableBytesSpan
        batch.writeStaticString(#"","method":""#)
        batch.writeStaticString(head.method.name)
        batch.writeStaticString(#"","host":""#)
        batch.writeEscaped(span.extracting(head.host))
        batch.writeStaticString(#"","path":""#)
        let query = head.line.target.first { span[$0] == UInt8(ascii: "?") } ?? head.line.target.upperBound
        batch.writeEscaped(span.extracting(head.line.target.lowerBound..<query))
    }
}

extension ByteBuffer {
    /// Three digits.
    fileprivate mutating func writePadded(_ number: Int) {
        writeInteger(UInt8(number / 100 % 10) + 0x30)
        writeInteger(UInt8(number / 10 % 10) + 0x30)
        writeInteger(UInt8(number % 10) + 0x30)
    }

    /// Text that was sent by a client, as the inside of a JSON string.
    fileprivate mutating func writeEscaped(_ text: RawSpan) {
        for offset in 0..<text.byteCount {
            let byte = text[offset]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                writeInteger(UInt8(ascii: "\\"))
                writeInteger(byte)
            case 0x20...0x7E:
                writeInteger(byte)
            default:
                writeInteger(UInt8(ascii: "?"))
            }
        }
    }

    fileprivate mutating func writeUUID(_ id: TenantID) {
        withUnsafeBytes(of: id.uuid.uuid) { bytes in
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { writeInteger(UInt8(ascii: "-")) }
                writeHexadecimal(UInt64(byte), width: 2)
            }
        }
    }
}
