package import HubModel

/// The body of `POST /api/moves`: which tenant is to be moved where, and how.
package struct CreateMoveRequest: Codable, Hashable, Sendable {
    /// The tenant's subdomain or id.
    package let tenant: String
    package let target: ShardID
    /// Whether only to tell what would be done.
    package let dryRun: Bool
    /// Whether to switch as soon as the copy is verified; else somebody has to ask for it.
    package let `switch`: Bool
    /// How many streams copy at once.
    package let streams: Int
    /// From the freeze to the commit, at most.
    package let pauseBudgetMilliseconds: Int
    /// The copy rests while another stream of the source lags by more megabytes.
    package let maximumLagMegabytes: Int

    package static let allowedStreams = 1...8
    package static let allowedBudgets = 50...10_000
    package static let allowedLags = 1...1_000_000

    package init(
        tenant: String,
        target: ShardID,
        dryRun: Bool = false,
        switch: Bool = false,
        streams: Int = 2,
        pauseBudgetMilliseconds: Int = 1000,
        maximumLagMegabytes: Int = 256
    ) {
        self.tenant = tenant
        self.target = target
        self.dryRun = dryRun
        self.switch = `switch`
        self.streams = streams
        self.pauseBudgetMilliseconds = pauseBudgetMilliseconds
        self.maximumLagMegabytes = maximumLagMegabytes
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let tenant = fields.required("tenant", .line(1...100))
        let target: ShardID? = fields.required("target", .form("the id of a shard"))
        let dryRun = fields.optional("dryRun", .flag)
        let wantsSwitch = fields.optional("switch", .flag)
        let streams = fields.optional("streams", .whole(CreateMoveRequest.allowedStreams))
        let budget = fields.optional("pauseBudgetMilliseconds", .whole(CreateMoveRequest.allowedBudgets))
        let lag = fields.optional("maximumLagMegabytes", .whole(CreateMoveRequest.allowedLags))
        guard fields.isValid, let tenant, let target else { throw fields.failure }
        self.init(
            tenant: tenant,
            target: target,
            dryRun: dryRun ?? false,
            switch: wantsSwitch ?? false,
            streams: streams ?? 2,
            pauseBudgetMilliseconds: budget ?? 1000,
            maximumLagMegabytes: lag ?? 256
        )
    }
}
