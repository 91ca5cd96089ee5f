/// What every page has around its content: the head, the bar with the name of the place, the foot.
struct Layout {
    let title: String
    /// The name in the bar, and where it leads.
    let brand: String
    /// What stands at the end of the bar, such as who is signed in.
    var barEnd: HTML = .empty
    /// Whether the content is one narrow column, as forms to sign in are.
    var isNarrow = false

    func page(_ content: HTML) -> String {
        let initial = brand.first.map { String($0).uppercased() } ?? "W"
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <link rel="stylesheet" href="\(Stylesheet.path)">
            </head>
            <body>
            <header class="bar"><div>
            <span class="mark" aria-hidden="true">\(initial)</span>
            <a class="brand" href="/">\(brand)</a>
            <div class="end">\(barEnd)</div>
            </div></header>
            <main class="\(isNarrow ? "narrow" : "wide")">
            \(content)
            </main>
            <footer><div>Workspace Hub</div></footer>
            </body>
            </html>

            """
        return page.markup
    }
}
