import HubWire
import Testing

@Suite("Lines of CSV")
struct CSVLineTests {
    @Test(
        "Cells are quoted where RFC 4180 asks for it, and are never formulas",
        arguments: [
            ("plain", "plain"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"), ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""), ("a=1", "a=1"),
        ]
    )
    func cells(_ text: String, _ cell: String) {
        #expect(CSVLine.text(["a", text, "z"]) == "a,\(cell),z\r\n")
    }
}
