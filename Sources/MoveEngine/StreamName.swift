import FoundationEssentials
package import HubModel

/// The name of a move's publication, slot and subscription: `hub_move_<32 digits of the id>_<generation>`, with `r` at the
/// end for the stream that runs back, and `v` behind that for the slot by which a verification is kept up. Nothing else on
/// a server begins so.
package struct StreamName: Hashable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case forward = ""
        case reverse = "r"

        package var opposite: Direction {
            switch self {
            case .forward: .reverse
            case .reverse: .forward
            }
        }
    }

    package let move: MoveID
    package let generation: Int
    package let direction: Direction
    /// Whether it is the slot of the changes since the last verification.
    package let isTrail: Bool

    package init(move: MoveID, generation: Int, direction: Direction, isTrail: Bool = false) {
        self.move = move
        self.generation = generation
        self.direction = direction
        self.isTrail = isTrail
    }

    /// The slot beside the stream's, from which it is read what was written since the last verification.
    package var trail: StreamName {
        StreamName(move: move, generation: generation, direction: direction, isTrail: true)
    }

    /// How the names of all objects of all moves begin.
    package static let prefix = "hub_move_"

    /// How the names of all objects of a move begin.
    package static func prefix(of move: MoveID) -> String {
        prefix + move.description.replacing("-", with: "") + "_"
    }
}

extension StreamName: LosslessStringConvertible {
    /// Nil for everything that is no such name.
    package init?(_ description: String) {
        guard description.hasPrefix(StreamName.prefix) else { return nil }
        let parts = description.dropFirst(StreamName.prefix.count).split(
            separator: "_",
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, parts[0].utf8.count == 32, let move = MoveID(hexadecimal: parts[0]) else { return nil }
        let isTrail = parts[1].hasSuffix("v")
        let number = isTrail ? parts[1].dropLast() : parts[1]
        let isReverse = number.hasSuffix("r")
        guard let generation = Int(isReverse ? number.dropLast() : number), generation > 0 else { return nil }
        self.init(
            move: move,
            generation: generation,
            direction: isReverse ? .reverse : .forward,
            isTrail: isTrail
        )
        guard self.description == description else { return nil }
    }

    package var description: String {
        "\(StreamName.prefix(of: move))\(generation)\(direction.rawValue)\(isTrail ? "v" : "")"
    }
}

extension Identifier {
    /// Reads 32 hexadecimal digits.
    fileprivate init?(hexadecimal digits: Substring) {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        self.init(text)
    }
}
