import Directory
import HubWire

extension RegionView {
    init(_ region: RegionRecord) {
        self.init(id: region.id, name: region.name)
    }
}
