import ShardStore

extension WorkCount: CachedItem {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {
        self.init(projects: try decoder.decode(Int.self), tasks: try decoder.decode(Int.self))
    }

    func write(to encoder: inout CacheEncoder) {
        encoder.encode(projects)
        encoder.encode(tasks)
    }
}
