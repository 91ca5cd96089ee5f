/// libpq's messages, which end with line feeds and may have several lines.
enum LibpqText {
    /// A message as one line.
    static func oneLine(_ text: UnsafePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        let lines = unsafe String(cString: text).split(whereSeparator: \.isNewline)
        return lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
    }
}
