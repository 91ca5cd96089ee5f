import FoundationEssentials

extension UUID {
    /// A version 7 UUID that ends with the number.
    static func numbered(_ number: UInt8) -> UUID {
        UUID(uuid: (1, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, number))
    }
}
