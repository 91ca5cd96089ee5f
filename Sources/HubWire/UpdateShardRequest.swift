package import HubModel

/// The body of `PUT /api/shards/{id}`.
package struct UpdateShardRequest: Decodable, Sendable {
    package let state: ShardState

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let state = fields.required("state", .oneOf(ShardState.allCases))
        guard fields.isValid, let state else { throw fields.failure }
        self.state = state
    }
}
