/// An answer to a POST that may be sent again.
package struct KeptAnswer: Sendable {
    package let status: Int
    package let location: String?
    package let body: String

    package init(status: Int, location: String?, body: String) {
        self.status = status
        self.location = location
        self.body = body
    }
}
