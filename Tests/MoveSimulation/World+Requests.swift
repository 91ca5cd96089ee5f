import HubModel
import Moving

extension World {
    mutating func begin(_ index: Int, key: Int) {
        if clients[index].isWriter { allowance.writes -= 1 } else if allowance.reads < .max { allowance.reads -= 1 }
        clients[index].key = key
        clients[index].floor = acknowledged[key]
        clients[index].phase = .held(after: nil)
    }

    /// Whether a request can go on; one that is held goes on by what its router knows, never by time.
    func canProceed(_ client: SimulatedClient) -> Bool {
        switch client.phase {
        case .idle: return false
        case .held(let refused):
            let placement = routers[client.router]
            return !placement.isHeld && refused.map { placement.epoch > $0 } ?? true
        case .sent, .missed, .read, .answered: return true
        }
    }

    mutating func proceed(_ index: Int) {
        let client = clients[index]
        switch client.phase {
        case .idle: break
        case .held:
            let placement = routers[client.router]
            clients[index].phase = .sent(placement.serving, placement.epoch)
        case .sent(let side, let epoch):
            clients[index].phase = client.isWriter ? write(client, side, epoch) : lookUp(index, side, epoch)
        case .missed(let side, let epoch):
            clients[index].phase = readPrimary(client, side, epoch)
        case .read(let side, let epoch, let version):
            fill(index, side, epoch, version)
            clients[index].phase = .answered(version: version)
        case .answered(let version):
            answer(client, version)
            clients[index].phase = .idle
        }
    }

    // MARK: - Private

    private func judge(_ side: MoveSide, _ epoch: Epoch) -> OwnershipState? {
        guard let ownership = self[side].ownership, ownership.epoch == epoch else { return nil }
        return ownership.state
    }

    private mutating func write(_ client: SimulatedClient, _ side: MoveSide, _ epoch: Epoch) -> SimulatedClient.Phase {
        guard self[side].isUp else { return .held(after: nil) }
        guard judge(side, epoch) == .active else { return .held(after: epoch) }
        let key = client.key
        committed[key] += 1
        let version = self[side].rows[key] + 1
        self[side].put(key, version)
        // Fenced before the commit; here both are one.
        var space = self[side].space(epoch)
        space.values[key] = .absent
        self[side].setSpace(space)
        return .answered(version: version)
    }

    private mutating func lookUp(_ index: Int, _ side: MoveSide, _ epoch: Epoch) -> SimulatedClient.Phase {
        let key = clients[index].key
        var space = self[side].space(epoch)
        if case .value = space.ownership, case .value(let version) = space.values[key] {
            return .answered(version: version)
        }
        if space.ownership == .absent { space.ownership = .token(index) }
        if space.values[key] == .absent { space.values[key] = .token(index) }
        self[side].setSpace(space)
        return .missed(side, epoch)
    }

    private func readPrimary(_ client: SimulatedClient, _ side: MoveSide, _ epoch: Epoch) -> SimulatedClient.Phase {
        guard self[side].isUp else { return .held(after: nil) }
        let version = self[side].rows[client.key]
        switch judge(side, epoch) {
        case .active: return .read(side, epoch, version: version)
        case .frozen where has(.frozenShardReads): return .answered(version: version)
        case .left where has(.leftShardReads): return .answered(version: version)
        case .frozen, .left, .importing, nil: return .held(after: epoch)
        }
    }

    private mutating func fill(_ index: Int, _ side: MoveSide, _ epoch: Epoch, _ version: Int) {
        let key = clients[index].key
        var space = self[side].space(epoch)
        if space.ownership == .token(index) { space.ownership = .value(1) }
        if space.values[key] == .token(index) { space.values[key] = .value(version) }
        self[side].setSpace(space)
    }

    private mutating func answer(_ client: SimulatedClient, _ version: Int) {
        let key = client.key
        if client.isWriter {
            acknowledged[key] = max(acknowledged[key], version)
        } else if version < client.floor {
            report(.staleRead, "key \(key) at \(version), acknowledged \(client.floor)")
        } else if version > committed[key] {
            report(.doubledWrite, "key \(key) read at \(version), committed \(committed[key])")
        }
    }
}
