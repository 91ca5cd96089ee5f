/// The body of `PUT /api/cache/{shard}`: whether the shard's cache may be used.
package struct SwitchCacheRequest: Decodable, Sendable {
    package let isOn: Bool
    /// Why it may not; nil when it may.
    package let reason: String?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let isOn = fields.required("on", .flag)
        // Who reads why a cache is off wants to know more than that it is.
        let reason =
            isOn == false ? fields.required("reason", .line(1...200)) : fields.optional("reason", .line(1...200))
        guard fields.isValid, let isOn else { throw fields.failure }
        self.isOn = isOn
        self.reason = isOn ? nil : reason
    }
}
