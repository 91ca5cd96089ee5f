import Caching
import HubModel
import HubWeb
import Synchronization

/// Pages of project lists as they were last encoded.
///
/// A page is a function of the cached item and of what was asked for, and a fill's token names the item's contents: no two
/// fills have the same, and every write ends the item. So a page of the fill that Redis holds at this moment is as new as
/// what would be made of it again. Who asks, and whether the item is the present one, is judged for each request before.
final class EncodedPages: Sendable {
    private struct Name: Hashable {
        let tenant: TenantID
        let fill: FillToken
        /// The request's path and query.
        let target: String
    }

    /// Pages of a generation. With the longest target and page that is some 30 MB; with those that people ask for a tenth.
    private static let capacity = 512

    /// The longest target, in bytes, whose page is kept.
    private static let longestTarget = 256

    private let pages = Mutex(RecentValues<Name, EncodedPage>(capacity: EncodedPages.capacity))

    /// The page, made anew unless it is here.
    ///
    /// - Parameter fill: of the item that `make` makes it of.
    func page(
        of tenant: TenantID,
        _ fill: FillToken,
        target: String,
        _ make: () throws -> EncodedPage
    ) rethrows -> EncodedPage {
        guard target.utf8.count <= EncodedPages.longestTarget else { return try make() }
        let name = Name(tenant: tenant, fill: fill, target: target)
        if let page = pages.withLock({ $0.find(name) }) { return page }
        let page = try make()
        pages.withLock { $0.insert(page, for: name) }
        return page
    }
}
