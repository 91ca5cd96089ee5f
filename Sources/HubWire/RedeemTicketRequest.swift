/// The body of `POST /api/auth/impersonation`: a super admin opens the session that a ticket is for.
package struct RedeemTicketRequest: Decodable, Sendable {
    package let ticket: String

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let ticket = fields.required("ticket", .credential)
        guard fields.isValid, let ticket else { throw fields.failure }
        self.ticket = ticket
    }
}
