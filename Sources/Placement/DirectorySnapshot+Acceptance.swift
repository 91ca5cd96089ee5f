extension DirectorySnapshot {
    /// A snapshot read whole may not have fewer than this share of the tenants it replaces.
    private static let smallestShare = 0.5
    /// Below this many tenants a directory may shrink at will, as a trial deployment does.
    private static let alwaysShrinkable = 20

    /// Checks that a snapshot read whole may take this one's place.
    ///
    /// The rule: its version is not older; and when this one has tenants, the other has some too; and when this one has
    /// 20 or more, the other has at least half as many. A restored backup, an emptied database or a router pointed at
    /// another directory would otherwise make every tenant unknown at once. An operator who means it removes the
    /// router's snapshot file and restarts the router: with nothing in use, anything is accepted.
    package func checkReplacement(_ next: DirectorySnapshot) throws(PlacementError) {
        guard next.version >= version else {
            throw PlacementError(
                .olderVersion,
                "the directory is at version \(next.version), older than version \(version) already in use"
            )
        }
        let isEmptied = next.tenantCount == 0 && tenantCount > 0
        let isShrunken =
            tenantCount >= DirectorySnapshot.alwaysShrinkable
            && Double(next.tenantCount) < Double(tenantCount) * DirectorySnapshot.smallestShare
        guard !isEmptied, !isShrunken else {
            throw PlacementError(
                .shrunken,
                "the directory lists \(next.tenantCount) tenants where \(tenantCount) are in use"
            )
        }
    }
}
