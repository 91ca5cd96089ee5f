import Foundation
import HubModel

/// A request for a part of a tenant's list of projects.
struct ProjectQuery: Hashable, Sendable {
    var status: WorkStatus?
    /// The creator, in the history and in the hub.
    var creator: Creator?
    var search: String?
    var limit = 100
    var offset = 0

    struct Creator: Hashable, Sendable {
        let item: ItemID
        let id: UserID
    }

    var path: String {
        var path = "/api/projects?limit=\(limit)&offset=\(offset)"
        if let status { path += "&status=\(status.rawValue)" }
        if let creator { path += "&createdBy=\(creator.id)" }
        if let search { path += "&search=\(search.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!)" }
        return path
    }

    /// Whether the list has the project, on this page or another.
    func admits(_ state: ItemState) -> Bool {
        guard case .project(let project) = state else { return false }
        return (status ?? project.status) == project.status
            && (creator?.item ?? project.creator) == project.creator
            && search.map { project.name.contains($0) } ?? true
    }
}
