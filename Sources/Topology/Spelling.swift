/// Finds the word a person probably meant.
enum Spelling {
    /// The nearest of the words by edit distance; nil when none is near: more than a third of it is wrong.
    static func nearest(to word: String, among words: [String]) -> String? {
        words
            .map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.distance * 3 <= max(word.count, $0.word.count) }
            .min { $0.distance < $1.distance }?
            .word
    }

    // MARK: - Private

    /// Insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var table = (0...left.count).map { row in (0...right.count).map { row == 0 ? $0 : ($0 == 0 ? row : 0) } }
        for row in left.indices.map({ $0 + 1 }) {
            for column in right.indices.map({ $0 + 1 }) {
                let isSame = left[row - 1] == right[column - 1]
                table[row][column] = min(
                    table[row - 1][column] + 1,
                    table[row][column - 1] + 1,
                    table[row - 1][column - 1] + (isSame ? 0 : 1)
                )
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    table[row][column] = min(table[row][column], table[row - 2][column - 2] + 1)
                }
            }
        }
        return table[left.count][right.count]
    }
}
