import HubWire
import Testing

@Suite("Pages of lists")
struct PageTests {
    @Test("The defaults are ten items from the start")
    func defaults() throws {
        #expect(try PageRequest(limit: nil, offset: nil) == PageRequest(limit: 10, offset: 0))
        #expect(try PageRequest(limit: "100", offset: "1000000") == PageRequest(limit: 100, offset: 1_000_000))
    }

    @Test("Both parameters are judged at once")
    func refused() {
        let error = #expect(throws: InvalidRequest.self) { try PageRequest(limit: "0", offset: "-1") }
        #expect(
            error?.description
                == "limit must be a whole number from 1 to 100; offset must be a whole number from 0 to 1000000"
        )
    }

    @Test(
        "Numbers out of range and other texts are refused",
        arguments: ["", "x", "101", "1.0", "99999999999999999999"]
    )
    func limits(text: String) {
        #expect(throws: InvalidRequest.self) { try PageRequest(limit: text, offset: nil) }
    }

    @Test("Links lead to the next and the previous part, where there is one")
    func links() {
        func link(_ total: Int, _ offset: Int, _ query: String = "") -> String? {
            Page(items: [Int](), total: total, limit: 10, offset: offset).link(path: "/api/projects", query: query)
        }
        #expect(link(10, 0) == nil)
        #expect(link(11, 0) == #"</api/projects?limit=10&offset=10>; rel="next""#)
        #expect(link(11, 10, "status=completed") == #"</api/projects?status=completed&limit=10&offset=0>; rel="prev""#)
        #expect(
            link(30, 5)
                == #"</api/projects?limit=10&offset=15>; rel="next", </api/projects?limit=10&offset=0>; rel="prev""#
        )
    }
}
