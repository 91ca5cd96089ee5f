import FoundationEssentials
package import HubModel

/// A publication, slot or subscription of a move, by the name that all three have.
///
/// Nothing else on a server has a name that begins with ``prefix``, so whatever has and is not
/// ``isPermitted(by:)`` was left behind and is dropped.
package struct MoveObject: Hashable, Sendable {
    package static let prefix = "hub_move_"

    package let move: MoveID
    package let generation: MoveGeneration
    package let direction: MoveDirection

    package init(move: MoveID, generation: MoveGeneration, direction: MoveDirection) {
        self.move = move
        self.generation = generation
        self.direction = direction
    }

    /// Whether the move, as the journal has it, still has a use for the object.
    ///
    /// - Parameter record: the move's; nil when the directory knows of no such move.
    package func isPermitted(by record: MoveRecord?) -> Bool {
        guard let record, record.id == move, record.state.permitsStreams else { return false }
        return generation == record.generation
    }
}

extension MoveObject: LosslessStringConvertible {
    package init?(_ description: String) {
        guard description.hasPrefix(Self.prefix) else { return nil }
        let parts = description.dropFirst(Self.prefix.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 32 else { return nil }
        let direction: MoveDirection = parts[1].hasSuffix("r") ? .reverse : .forward
        let digits = direction == .reverse ? parts[1].dropLast() : parts[1]
        guard let move = MoveID(Self.hyphenated(parts[0])), let generation = Int32(digits), generation > 0 else {
            return nil
        }
        self.init(move: move, generation: MoveGeneration(rawValue: generation), direction: direction)
        guard self.description == description else { return nil }
    }

    package var description: String {
        let id = move.description.filter { $0 != "-" }
        return "\(Self.prefix)\(id)_\(generation.rawValue)\(direction == .reverse ? "r" : "")"
    }

    // MARK: - Private

    private static func hyphenated(_ digits: Substring) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
