import HubColumns
package import HubModel
package import Moving
import Postgres

/// A switch of a move that was committed, as the journal has it.
package struct MoveSwitch: Hashable, Sendable {
    package let direction: MoveDirection
    package let committedAt: Timestamp
    /// The one that it made.
    package let epoch: Epoch
    package let mark: LogPosition
    /// From the freeze to the release; nil when the mover that measured it was lost.
    package let pause: Duration?
    package let requests: HeldRequests
    package let tables: [TableComparison]
}

extension MoveSwitch {
    static func query(where condition: PostgresQuery) -> PostgresQuery {
        """
        SELECT s.moveId, s.direction, s.committedAt, s.epoch, s.mark, s.pauseMicroseconds, s.tables,
               array_agg(h.router ORDER BY h.router) FILTER (WHERE h.router IS NOT NULL),
               array_agg(h.held ORDER BY h.router) FILTER (WHERE h.router IS NOT NULL),
               array_agg(h.late ORDER BY h.router) FILTER (WHERE h.router IS NOT NULL),
               array_agg(h.longestMicroseconds ORDER BY h.router) FILTER (WHERE h.router IS NOT NULL)
        FROM move_switches AS s LEFT JOIN move_holds AS h ON h.moveId = s.moveId AND h.epoch = s.epoch
        WHERE \(fragment: condition)
        GROUP BY s.moveId, s.epoch ORDER BY s.moveId, s.epoch
        """
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        let directionName = try row.decode(String.self, at: 1)
        committedAt = try row.decode(Timestamp.self, at: 2)
        epoch = try row.decode(Epoch.self, at: 3)
        let markText = try row.decode(String.self, at: 4)
        pause = try row.decode(Int64?.self, at: 5).map { .microseconds($0) }
        let comparisons = try row.decode(PostgresJSON.self, at: 6)
        let routers = try row.decode([String]?.self, at: 7) ?? []
        let held = try row.decode([Int64?]?.self, at: 8) ?? []
        let late = try row.decode([Int64?]?.self, at: 9) ?? []
        let longest = try row.decode([Int64?]?.self, at: 10) ?? []
        direction = MoveDirection(rawValue: directionName) ?? .forward
        mark = LogPosition(markText) ?? LogPosition(rawValue: 0)
        tables = [TableComparison](json: comparisons.text)
        requests = HeldRequests(
            routers.indices.compactMap { index in
                guard let name = ProcessName(routers[index]) else { return nil }
                guard let held = held[index], let late = late[index], let longest = longest[index] else {
                    return (name, nil)
                }
                return (name, HeldRequests.Count(held: held, late: late, longest: .microseconds(longest)))
            }
        )
    }
}
