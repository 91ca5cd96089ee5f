import HubModel
import HubWire
import Testing
import WebPages

@Suite("Pages")
struct PageTests {
    @Test("No page has an inline script or style or anything from elsewhere, and all text is escaped")
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
            for forbidden in ["<script>", "<style", "style=\"", "onclick", "javascript:", "https://"] {
                #expect(!page.contains(forbidden), "\(forbidden)")
            }
            #expect(page.contains("href=\"\(Assets.built.path)/workspace.css\""))
            #expect(page.contains("&lt;script&gt;"))
        }
    }

    @Test("Every module that a module imports is served beside it")
    func imports() {
        let names = Set(Assets.built.files.map(\.name))
        for file in Assets.built.files where file.name.hasSuffix(".js") {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for line in text.split(separator: "\n") where line.hasPrefix("import") {
                let parts = line.split(separator: "\"")
                guard parts.count >= 2 else { continue }
                #expect(names.contains(String(parts[1].dropFirst(2))), "\(file.name): \(line)")
            }
        }
    }
}
