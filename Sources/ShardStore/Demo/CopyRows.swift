import FoundationEssentials
import HubModel

/// Rows in the text format of COPY (PostgreSQL documentation, COPY, "Text Format").
struct CopyRows {
    private(set) var bytes: [UInt8] = []
    private var isRowStart = true

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func append(_ uuid: UUID) {
        separate()
        let raw = uuid.uuid
        let all = [
            raw.0, raw.1, raw.2, raw.3, raw.4, raw.5, raw.6, raw.7, raw.8, raw.9, raw.10, raw.11, raw.12, raw.13,
            raw.14, raw.15,
        ]
        for byte in all {
            bytes.append(CopyRows.hexadecimal[Int(byte >> 4)])
            bytes.append(CopyRows.hexadecimal[Int(byte & 15)])
        }
    }

    /// NULL when there is none.
    mutating func append(_ text: String?) {
        separate()
        guard let text else {
            bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: [byte, byte])
            case UInt8(ascii: "\t"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case UInt8(ascii: "\n"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case UInt8(ascii: "\r"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            default: bytes.append(byte)
            }
        }
    }

    mutating func append(_ id: Identifier<some Any>?) {
        if let id { append(id.uuid) } else { append(String?.none) }
    }

    mutating func append(_ moment: Timestamp?) {
        append(moment?.description)
    }

    mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isRowStart = true
    }

    // MARK: - Private

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private mutating func separate() {
        if !isRowStart { bytes.append(UInt8(ascii: "\t")) }
        isRowStart = false
    }
}
