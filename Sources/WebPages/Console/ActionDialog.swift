/// A dialog that asks the API for something; drawn by `console-dialog` and carried out by `actions.js`.
struct ActionDialog: Sendable {
    /// What the page does once the API has done it.
    enum Outcome: Sendable {
        /// Shows its regions anew, and the sentence as a notice.
        case refresh(String)
        /// Goes to a page, with members of the answer in braces.
        case open(String)
        /// Shows the answer in the dialog, as the named part of `actions.js` draws it.
        case show(String)
    }

    let id: String
    let title: String
    /// A paragraph each.
    let texts: [String]
    let method: String
    /// With names of fields in braces, which then are not in the body.
    let path: String
    let fields: [Field]
    let submit: String
    let isDangerous: Bool
    /// Whether only fields that were changed are sent.
    let isPartial: Bool
    let notice: String?
    let destination: String?
    let result: String?
    /// JSON that the body has besides the fields.
    let extra: String?

    init(
        _ id: String,
        _ title: String,
        _ texts: [String],
        _ method: String,
        _ path: String,
        fields: [Field] = [],
        submit: String,
        isDangerous: Bool = false,
        isPartial: Bool = false,
        extra: String? = nil,
        then outcome: Outcome
    ) {
        self.id = id
        self.title = title
        self.texts = texts
        self.method = method
        self.path = path
        self.fields = fields
        self.submit = submit
        self.isDangerous = isDangerous
        self.isPartial = isPartial
        self.extra = extra
        let parts: (notice: String?, destination: String?, result: String?)
        switch outcome {
        case .refresh(let text): parts = (text, nil, nil)
        case .open(let path): parts = (nil, path, nil)
        case .show(let name): parts = (nil, nil, name)
        }
        (notice, destination, result) = parts
    }
}
