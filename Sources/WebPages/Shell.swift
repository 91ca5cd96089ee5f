/// What every page has around its content: the head, the navigation, who is signed in, the foot.
///
/// A page's view holds one under the name `shell`; its template extends `layout`, or `plain` for a single narrow column.
package struct Shell: Sendable {
    /// An entry of the navigation.
    package struct Link: Sendable {
        let href: String
        let label: String
        /// The name of a picture in the style sheet, such as `projects`.
        let icon: String
        let isCurrent: Bool

        package init(href: String, label: String, icon: String, isCurrent: Bool) {
            self.href = href
            self.label = label
            self.icon = icon
            self.isCurrent = isCurrent
        }
    }

    /// Who is signed in.
    package struct Account: Sendable {
        let id: String
        let name: String
        let email: String
        let initials: String
        let isAdministrator: Bool
        /// The email of the super admin who acts as the user, if one does.
        let impersonatedBy: String?

        package init(id: String, name: String, email: String, isAdministrator: Bool, impersonatedBy: String? = nil) {
            self.id = id
            self.name = name
            self.email = email
            self.isAdministrator = isAdministrator
            self.impersonatedBy = impersonatedBy
            initials = Shell.initials(of: name)
        }
    }

    let title: String
    /// The name of the place.
    let brand: String
    let brandInitial: String
    let links: [Link]
    let account: Account?
    /// Where the form to sign out posts.
    let signOut: String
    /// The folder of the assets.
    let assets: String
    /// The style sheets after `workspace.css`.
    let styles: [String]
    /// The module that starts the page, and those it imports.
    let entry: String
    let modules: [String]
    /// Whether the page follows the tenant's events.
    let isLive: Bool
    /// Where the page begins to follow them; nil to look at the page anew once it follows.
    let since: String?

    /// - Parameters:
    ///   - entry: the module that starts the page.
    ///   - modules: those it imports, which the browser is told to fetch at once.
    package init(
        title: String,
        brand: String = "Workspace Hub",
        links: [Link] = [],
        account: Account? = nil,
        signOut: String = "/sign-out",
        styles: [String] = [],
        entry: String = "shell.js",
        modules: [String] = Shell.coreModules,
        isLive: Bool = false,
        since: String? = nil
    ) {
        self.title = title
        self.brand = brand
        self.links = links
        self.account = account
        self.signOut = signOut
        self.styles = styles
        self.entry = entry
        self.modules = modules
        self.isLive = isLive
        self.since = since
        brandInitial = brand.first.map { String($0).uppercased() } ?? "W"
        assets = Assets.built.path
    }

    /// What `shell.js` imports.
    package static let coreModules = ["api.js", "forms.js", "keys.js", "locale.js", "notices.js"]

    // MARK: - Private

    /// The first letters of the first and last word.
    static func initials(of name: String) -> String {
        let words = name.split(separator: " ")
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first }
        return letters.isEmpty ? "?" : String(letters).uppercased()
    }
}
