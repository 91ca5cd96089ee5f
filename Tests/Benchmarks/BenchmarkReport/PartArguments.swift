import Glibc

/// The command line of a benchmark of parts: the part, and numbers that may be left out.
package struct PartArguments: Sendable {
    package let part: String?
    private let words: ArraySlice<String>

    package init(_ arguments: [String] = CommandLine.arguments) {
        part = arguments.dropFirst().first
        words = arguments.dropFirst(2)
    }

    /// The number at a place after the part; ends the process when it is none, or less than 1.
    package func number(_ place: Int, _ otherwise: Int) -> Int {
        guard place < words.count else { return otherwise }
        let word = words[words.startIndex + place]
        guard let number = Int(word), number > 0 else {
            print("'\(word)' is not a number of 1 or more")
            exit(2)
        }
        return number
    }
}
