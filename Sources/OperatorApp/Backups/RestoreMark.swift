/// The file in a data folder which says that it was restored and has taken the place of another, which is still there.
///
/// It is written before the two are exchanged and goes when the restored server is known to serve; so what an interrupted
/// restore has left tells by itself how far it came.
enum RestoreMark {
    static let name = "hub-restore"

    /// The folder beside a data folder, in which files are restored and in which the replaced ones are kept.
    static func side(of data: String) -> String { "\(data).hub-restore" }
}
