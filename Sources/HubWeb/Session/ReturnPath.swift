/// Where a form to sign in leads back to.
package enum ReturnPath {
    /// Whether this names a page of the host itself, whatever a browser makes of it: never an address elsewhere.
    package static func isOfThisHost(_ wanted: String) -> Bool {
        wanted.hasPrefix("/") && !wanted.hasPrefix("//")
            && wanted.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }
}
