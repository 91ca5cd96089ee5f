extension Int {
    /// So many bytes in the largest binary unit that leaves at least one, with one decimal: `12.3 MiB`.
    var formattedBytes: String {
        var (value, unit) = (Double(self), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        guard unit > 0 else { return "\(self) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
