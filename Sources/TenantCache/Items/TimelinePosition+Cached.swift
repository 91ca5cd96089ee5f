import HubModel

extension TimelinePosition: CachedItem {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {
        self.init(
            timeline: try decoder.decode(UInt32.self),
            log: LogPosition(rawValue: try decoder.decode(UInt64.self))
        )
    }

    func write(to encoder: inout CacheEncoder) {
        encoder.encode(timeline)
        encoder.encode(log.rawValue)
    }
}
