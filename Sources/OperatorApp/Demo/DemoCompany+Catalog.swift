import HubModel

extension DemoCompany {
    /// The three tenants of the demonstration, one in each region of the local topology.
    static let catalog: [DemoCompany] = [demo, globex, initech].compactMap(\.self)

    // MARK: - Private

    private static let demo = tenant(
        "demo",
        "Demo Company",
        "us",
        ["Dana Moore", "Uma Fields", "Omar Haddad"],
        [
            Project(
                name: "Website relaunch",
                description: "New design, faster pages, and one place for the documentation.",
                status: .inProgress,
                tasks: [
                    Task("Interview five customers about the old site", .completed, .medium, 1, -20),
                    Task("Draw the new navigation", .completed, .high, 2, -9),
                    Task("Move the documentation to the new layout", .inProgress, .high, 1, 4),
                    Task("Measure page weight before and after", .inProgress, .medium, 2, 6),
                    Task("Redirect the old addresses", .notStarted, .high, nil, 12),
                    Task("Announce the relaunch in the newsletter", .notStarted, .low, 0, 20),
                ]
            ),
            Project(
                name: "Mobile app",
                description: "A first version for the field team: lists, photos, offline notes.",
                status: .inProgress,
                tasks: [
                    Task("Agree on the three screens of version one", .completed, .high, 0, -15),
                    Task("Keep notes while there is no network", .inProgress, .high, 2, 8),
                    Task("Resize photos before upload", .notStarted, .medium, 1, 15),
                    Task("Try it with two people in the field", .notStarted, .medium, nil, 30),
                ]
            ),
            Project(
                name: "Onboarding handbook",
                description: "What a new colleague should know in the first week.",
                status: .notStarted,
                tasks: [
                    Task("Collect questions from the last three joiners", .notStarted, .medium, 1, 10),
                    Task("Write the page about accounts and keys", .notStarted, .low, nil, nil),
                ]
            ),
            Project(
                name: "Office move",
                description: "From the second floor to the fourth, over one weekend.",
                status: .completed,
                tasks: [
                    Task("Label every desk and box", .completed, .medium, 2, -40),
                    Task("Order the network cabinet", .completed, .high, 1, -45),
                ]
            ),
        ]
    )

    private static let globex = tenant(
        "globex",
        "Globex Corporation",
        "eu",
        ["Greta Lindqvist", "Ulrich Baumann", "Odile Martin"],
        [
            Project(
                name: "Plant 4 maintenance",
                description: "The yearly stop: inspections, spare parts, safety checks.",
                status: .inProgress,
                tasks: [
                    Task("Order bearings for lines 2 and 3", .completed, .high, 1, -12),
                    Task("Inspect the cooling circuit", .inProgress, .high, 2, 2),
                    Task("Renew the certificates of the pressure vessels", .inProgress, .high, 0, -1),
                    Task("Plan the restart with the night shift", .notStarted, .medium, nil, 9),
                ]
            ),
            Project(
                name: "Supplier portal",
                description: "Delivery notes and invoices without e-mail attachments.",
                status: .notStarted,
                tasks: [
                    Task("List the ten suppliers with the most paper", .inProgress, .medium, 1, 5),
                    Task("Choose the fields of a delivery note", .notStarted, .medium, 2, 14),
                    Task("Ask the auditors what they must keep", .notStarted, .low, 0, 21),
                ]
            ),
            Project(
                name: "Energy report",
                description: "Consumption of all sites for the yearly report.",
                status: .completed,
                tasks: [
                    Task("Read the meters of the three halls", .completed, .medium, 2, -33),
                    Task("Compare with last year", .completed, .low, 1, -28),
                ]
            ),
        ]
    )

    private static let initech = tenant(
        "initech",
        "Initech",
        "apac",
        ["Aiko Tanaka", "Usha Rao", "Oliver Tan"],
        [
            Project(
                name: "Ledger migration",
                description: "From the old ledger to the new one, with both running for a month.",
                status: .inProgress,
                tasks: [
                    Task("Map the accounts of both ledgers", .completed, .high, 1, -18),
                    Task("Rehearse the migration on last year's data", .inProgress, .high, 2, 3),
                    Task("Write the comparison report", .inProgress, .medium, 1, 7),
                    Task("Set the day of the switch", .notStarted, .high, 0, 11),
                    Task("Archive the old ledger read-only", .notStarted, .low, nil, 60),
                ]
            ),
            Project(
                name: "Support rota",
                description: "Fair weekends for everyone who answers the phone.",
                status: .inProgress,
                tasks: [
                    Task("Ask everybody for blocked dates", .completed, .medium, 2, -6),
                    Task("Publish the rota for next quarter", .inProgress, .medium, 0, 1),
                    Task("Agree on the handover note", .notStarted, .low, nil, 13),
                ]
            ),
            Project(
                name: "Cover sheets",
                description: "One template for all reports.",
                status: .notStarted,
                tasks: [Task("Collect the templates in use", .notStarted, .low, nil, nil)]
            ),
        ]
    )

    /// Nil only for a name or region that the hub would refuse, which a test excludes.
    private static func tenant(
        _ subdomain: String,
        _ name: String,
        _ region: String,
        _ names: [String],
        _ projects: [Project]
    ) -> DemoCompany? {
        guard let subdomain = Subdomain(subdomain), let region = RegionID(region) else { return nil }
        return DemoCompany(subdomain: subdomain, name: name, region: region, names: names, projects: projects)
    }
}

extension DemoCompany.Task {
    fileprivate init(
        _ title: String,
        _ status: WorkStatus,
        _ priority: TaskPriority,
        _ assignee: Int?,
        _ dueInDays: Int?
    ) {
        self.init(title: title, status: status, priority: priority, assignee: assignee, dueInDays: dueInDays)
    }
}
