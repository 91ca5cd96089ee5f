import FoundationEssentials

extension MoveOptions {
    /// What the journal keeps; members that are missing are as they are without a choice.
    init(json: String) {
        self = (try? JSONDecoder().decode(MoveOptions.self, from: Data(json.utf8))) ?? MoveOptions()
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
