import HubWeb
import WebPages

extension AssetRoutes {
    /// The routes of what the pages need besides themselves.
    init(_ assets: Assets) {
        self.init(
            path: assets.path,
            files: assets.files.map { file in
                File(name: file.name, mediaType: file.mediaType) { assets.current(file) }
            },
            isImmutable: assets.isImmutable
        )
    }
}
