import Mustache

/// The templates of all pages: parsed once, from the texts built into the executable.
///
/// Everything a template writes with two braces is escaped; with three only what is markup already, and no page has
/// such a value.
enum Templates {
    /// A page's markup, from a view whose stored properties are the template's names.
    static func render(_ view: some Sendable, with name: String) -> String {
        let library = SiteFiles.folder == nil ? built : parsed(SiteFiles.templates())
        guard let markup = library.render(ViewValues.of(view), withTemplate: name) else {
            preconditionFailure("there is no template '\(name)'")
        }
        return markup
    }

    // MARK: - Private

    private static let built = parsed(SiteFiles.templates())

    /// A template that does not parse is a mistake of whoever wrote it, which every test that draws a page finds.
    private static func parsed(_ texts: [(name: String, text: String)]) -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, text) in texts {
            do {
                try library.register(text, named: name)
            } catch {
                preconditionFailure("the template '\(name)' does not parse: \(error)")
            }
        }
        return library
    }
}
