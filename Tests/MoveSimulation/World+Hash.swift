import Moving

extension World {
    /// What tells most worlds apart and is quickly hashed; equality looks at everything.
    func hash(into hasher: inout Hasher) {
        let move = directory.move
        hasher.combine(directory.isUp)
        hasher.combine(directory.tenant)
        hasher.combine(move.state)
        hasher.combine(move.step)
        hasher.combine(move.attempt)
        hasher.combine(move.aborts)
        hasher.combine(routers)
        hasher.combine(clients)
        hasher.combine(committed)
        hasher.combine(acknowledged)
        hasher.combine(allowance)
        hasher.combine(ghosts.count)
        for shard in [source, target] {
            hasher.combine(shard.isUp)
            hasher.combine(shard.ownership)
            hasher.combine(shard.attempt)
            hasher.combine(shard.rows)
            hasher.combine(shard.log.count)
            hasher.combine(shard.streams)
            hasher.combine(shard.cache)
        }
        for mover in movers {
            hasher.combine(mover.memory)
            hasher.combine(mover.record?.state)
            hasher.combine(mover.record?.step)
            hasher.combine(mover.record?.attempt)
            hasher.combine(mover.record?.aborts)
            switch mover.phase {
            case .idle: hasher.combine(0)
            case .adopting: hasher.combine(1)
            case .journalling: hasher.combine(2)
            case .acting(let operations): hasher.combine(10 + operations.count)
            case .replied(let reply):
                hasher.combine(4)
                switch reply {
                case .success(let result): hasher.combine(result)
                case .failure(let problem): hasher.combine(problem.code)
                }
            case .waiting: hasher.combine(5)
            }
        }
    }
}
