extension ServerReport {
    /// Finds the server's report in a message such as
    /// `connection to server at "::1", port 5432 failed: FATAL:  28P01: password authentication failed; LOCATION:  …`.
    ///
    /// libpq has no result for a refused log-in, and the words of the message may be translated; the code is not.
    ///
    /// - Returns: nil if the message carries no code: then it is libpq's own.
    init?(verboseMessage message: String) {
        var rest = Substring(message)
        while let separator = rest.firstRange(of: ": ") {
            rest = rest[separator.upperBound...].drop(while: \.isWhitespace)
            let code = rest.prefix(5)
            guard Self.isSQLState(code), rest.dropFirst(5).hasPrefix(": ") else { continue }
            let text = rest.dropFirst(7)
            let end = text.firstRange(of: "; LOCATION:")?.lowerBound ?? text.endIndex
            self.init(
                sqlState: String(code),
                message: String(text[..<end].drop(while: \.isWhitespace)),
                detail: nil,
                hint: nil,
                constraint: nil,
                table: nil,
                column: nil,
                function: nil
            )
            return
        }
        return nil
    }

    // MARK: - Private

    /// Five digits and capitals; words such as FATAL have no digit.
    private static func isSQLState(_ text: Substring) -> Bool {
        text.utf8.count == 5 && text.contains { $0.isASCII && $0.isNumber }
            && text.allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
    }
}
