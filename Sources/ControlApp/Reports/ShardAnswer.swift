import HubWire
import ShardStore

/// What a report has of one shard.
struct ShardAnswer: Sendable {
    enum Content: Sendable {
        case counted(ReportTally, StorageWeights?)
        /// Nothing, and the view says why.
        case missing
    }

    let place: ReportPlace
    let view: ReportShardView
    let content: Content
}
