extension SlotStorage {
    /// Where the search for a name with this hash begins.
    ///
    /// The product maps the hash's range onto the groups evenly and in order (Lemire, "Fast Random Integer Generation in
    /// an Interval", 2019), for any number of them.
    func homeGroup(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: groupCount)).high)
    }

    func group(after group: Int) -> Int { group + 1 == groupCount ? 0 : group + 1 }

    /// The slot to put a new name with this hash into; there must be a free one.
    func freeSlot(for hash: UInt64) -> Int {
        var group = homeGroup(of: hash)
        while true {
            if let slot = tags(ofGroup: group).freeSlots.first { return group * TagGroup.width + slot }
            group = self.group(after: group)
        }
    }
}
