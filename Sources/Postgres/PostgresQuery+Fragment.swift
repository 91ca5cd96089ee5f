extension PostgresQuery.StringInterpolation {
    /// Writes another query in place, with its values.
    ///
    /// Its parameters are renumbered to follow those before it; a `$` with digits in the fragment's own quoted text
    /// would be taken for a parameter.
    package mutating func appendInterpolation(fragment: PostgresQuery) {
        let offset = binds.count
        var rest = fragment.sql.utf8[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            let digits = rest[rest.index(after: dollar)...].prefix { (0x30...0x39).contains($0) }
            sql += String(rest[...dollar]) ?? ""
            if let number = Int(String(digits) ?? "") { sql += String(number + offset) }
            rest = rest[digits.endIndex...]
        }
        sql += String(rest) ?? ""
        binds.append(contentsOf: fragment.binds)
    }
}
