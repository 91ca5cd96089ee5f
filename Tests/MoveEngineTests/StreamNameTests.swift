import FoundationEssentials
import HubModel
import MoveEngine
import Testing

@Suite("The names of a move's objects")
struct StreamNameTests {
    private static let move = MoveID(UUID(uuidString: "0196F3A0-0000-7000-8000-0000000000AB")!)

    @Test("A name says move, generation and direction, and is read back")
    func roundTrip() {
        for direction in StreamName.Direction.allCases {
            let name = StreamName(move: Self.move, generation: 12, direction: direction)
            #expect(name.description == "hub_move_0196f3a00000700080000000000000ab_12\(direction.rawValue)")
            #expect(StreamName(name.description) == name)
            #expect(name.trail.description == name.description + "v")
            #expect(StreamName(name.trail.description) == name.trail)
        }
    }

    @Test(
        "Nothing else is taken for one",
        arguments: [
            "hub_move_", "hub_move_0196f3a00000700080000000000000ab", "hub_move_0196f3a00000700080000000000000ab_",
            "hub_move_0196f3a00000700080000000000000ab_0", "hub_move_0196f3a00000700080000000000000ab_01",
            "hub_move_0196f3a00000700080000000000000ab_1x", "hub_move_0196f3a00000700080000000000000ab_1rr",
            "hub_move_0196F3A00000700080000000000000AB_1", "hub_move_zz96f3a00000700080000000000000ab_1",
            "hub_moves_0196f3a00000700080000000000000ab_1", "other",
        ]
    )
    func others(_ name: String) {
        #expect(StreamName(name) == nil)
    }

    @Test("A position in the log is read as PostgreSQL writes it")
    func positions() {
        #expect(LogPosition("16/B374D848")?.rawValue == 0x16_B374_D848)
        #expect(LogPosition(rawValue: 0x16_B374_D848).description == "16/B374D848")
        #expect(LogPosition("16") == nil)
        #expect(LogPosition("0/FFFFFFFF")! < LogPosition("1/0")!)
    }
}
