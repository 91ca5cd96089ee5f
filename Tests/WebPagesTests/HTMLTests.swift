import HubModel
import HubWire
import Testing
import WebPages

@Suite("Markup")
struct HTMLTests {
    @Test("Text is escaped for elements and for quoted attributes; markup is not escaped again")
    func escaping() {
        let text = "<b>&\"'\0"
        let part: HTML = "<i title=\"\(text)\">\(text)</i>"
        let escaped = "&lt;b&gt;&amp;&quot;&#39;\u{FFFD}"
        #expect(part.markup == "<i title=\"\(escaped)\">\(escaped)</i>")
        let whole: HTML = "<p>\(part)\(HTML?.none)\([part, part])\(7)</p>"
        #expect(whole.markup == "<p>\(part.markup)\(part.markup)\(part.markup)7</p>")
        #expect(HTML(text).markup == escaped)
    }

    @Test("No page has a script, a style of its own or anything from elsewhere")
    func strictness() throws {
        let region = RegionView(id: try #require(RegionID("us")), name: "United <States>")
        let problem = Problem.notFound("<script>alert(1)</script>")
        let pages = [
            ApexPage(regions: [region], baseDomain: "hub.test", form: FormState(problem: problem)).markup,
            SignInPage(workspace: "<script>", region: "x", form: FormState(values: ["email": "\"><script>"])).markup,
            ProblemPage(problem: problem, requestID: "<script>").markup,
        ]
        for page in pages {
            #expect(page.hasPrefix("<!doctype html>"))
            for forbidden in ["<script", "<style", "style=\"", "onclick", "javascript:", "https://"] {
                #expect(!page.contains(forbidden), "\(forbidden)")
            }
            #expect(page.contains("href=\"\(Stylesheet.path)\""))
        }
        #expect(!Stylesheet.text.contains("url("))
    }
}
