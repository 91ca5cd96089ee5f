/// What is known of a request before anything looks at its path.
package struct Arrival: Sendable {
    /// The id that every log line, audit row and answer about the request carries.
    package var requestID: String
    package var passage: Passage
    /// The client's address as the router saw it, or the socket's peer when the request came directly.
    package var clientAddress: String?

    package init(requestID: String, passage: Passage, clientAddress: String?) {
        self.requestID = requestID
        self.passage = passage
        self.clientAddress = clientAddress
    }
}
