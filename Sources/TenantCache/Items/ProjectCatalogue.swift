import Caching
package import HubModel
package import ShardStore

/// All the projects of a tenant, as its cached item holds them; answers any filter and any page.
///
/// Records lie one after the other, newest first, each behind its length and beginning with what filters ask about. So
/// finding a page costs the reading of the page, and not of the list.
package struct ProjectCatalogue: Sendable {
    private let bytes: [UInt8]

    /// - Parameter projects: all of them, newest first.
    package init(_ projects: [ListedProject]) {
        var encoder = CacheEncoder()
        for project in projects {
            var record = CacheEncoder()
            record.encode(project)
            encoder.encode(record: record.bytes)
        }
        bytes = encoder.bytes
    }

    /// The projects that a filter lets through, and those of them that the window shows.
    ///
    /// - Parameter filter: one that ``ProjectFilter/isDecidableHere`` allows.
    package func list(_ filter: ProjectFilter, _ window: ListWindow) throws -> Listing<ProjectRecord> {
        let search = filter.search.map { Array($0.lowercased().utf8) }
        var items: [ProjectRecord] = []
        var total = 0
        var decoder = CacheDecoder(bytes)
        while !decoder.isAtEnd {
            var record = try decoder.record()
            guard let status = WorkStatus(code: try record.decode(UInt8.self)) else { throw CacheDecoder.Malformed() }
            let creator = try record.decodeOptional { decoder throws(CacheDecoder.Malformed) in
                try decoder.decode(UserID.self)
            }
            let lowerName = try record.slice()
            if let wanted = filter.status, wanted != status { continue }
            if let wanted = filter.createdBy, wanted != creator { continue }
            if let search, !lowerName.contains(search) { continue }
            total += 1
            guard total > window.offset, items.count < window.limit else { continue }
            items.append(try record.project(status: status, creator: creator))
        }
        return Listing(items: items, total: total)
    }
}

extension ProjectCatalogue: CachedItem {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {
        bytes = decoder.rest()
    }

    func write(to encoder: inout CacheEncoder) {
        encoder.append(bytes)
    }
}

extension ProjectFilter {
    /// Whether a search would find the same here as in PostgreSQL, whose `lower` depends on the database's locale: for
    /// ASCII it does.
    package var isDecidableHere: Bool { search?.utf8.allSatisfy { $0 < 0x80 } ?? true }
}

extension CacheEncoder {
    fileprivate mutating func encode(_ listed: ListedProject) {
        let project = listed.project
        encode(project.status.code)
        encode(project.createdBy) { $0.encode($1.id) }
        encode(listed.lowercasedName)
        encode(project.taskCount)
        encode(project.completedTaskCount)
        encode(project.id)
        encode(project.name)
        encode(project.description) { $0.encode($1) }
        encode(project.createdBy) { $0.encode($1.fullName) }
        encode(project.createdAt)
        encode(project.updatedAt)
    }
}

extension CacheDecoder {
    /// What follows status, creator and search text.
    fileprivate mutating func project(
        status: WorkStatus,
        creator: UserID?
    ) throws(CacheDecoder.Malformed) -> ProjectRecord {
        let taskCount = try decode(Int.self)
        let completed = try decode(Int.self)
        let id = try decode(ProjectID.self)
        let name = try decode(String.self)
        let description = try decodeOptional { decoder throws(CacheDecoder.Malformed) in try decoder.decode(String.self)
        }
        let creatorName = try decodeOptional { decoder throws(CacheDecoder.Malformed) in try decoder.decode(String.self)
        }
        return ProjectRecord(
            id: id,
            name: name,
            description: description,
            status: status,
            createdBy: try reference(creator, creatorName),
            taskCount: taskCount,
            completedTaskCount: completed,
            createdAt: try decode(Timestamp.self),
            updatedAt: try decode(Timestamp.self)
        )
    }
}

/// A creator has both id and name, or is nobody.
private func reference(_ id: UserID?, _ fullName: String?) throws(CacheDecoder.Malformed) -> UserReference? {
    switch (id, fullName) {
    case (let id?, let fullName?): UserReference(id: id, fullName: fullName)
    case (nil, nil): nil
    default: throw CacheDecoder.Malformed()
    }
}

extension WorkStatus {
    fileprivate var code: UInt8 {
        switch self {
        case .notStarted: 0
        case .inProgress: 1
        case .completed: 2
        }
    }

    fileprivate init?(code: UInt8) {
        guard let status = WorkStatus.allCases.first(where: { $0.code == code }) else { return nil }
        self = status
    }
}

extension ArraySlice<UInt8> {
    /// Whether `part` is somewhere in it.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        guard count >= part.count else { return false }
        for start in startIndex...(endIndex - part.count)
        where self[start] == first && self[start..<start + part.count].elementsEqual(part) {
            return true
        }
        return false
    }
}
