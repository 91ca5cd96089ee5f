/// The words demo data is made of.
enum DemoVocabulary {
    static let companyFirst = [
        "Alder", "Amber", "Arctic", "Atlas", "Beacon", "Birch", "Blue", "Bright", "Cedar", "Clear", "Cobalt", "Copper",
        "Coral", "Delta", "Ember", "Falcon", "Golden", "Granite", "Harbor", "Heron", "Indigo", "Iron", "Juniper",
        "Lark",
        "Lunar", "Maple", "Meridian", "Noble", "North", "Oak", "Orchid", "Pacific", "Pine", "Polar", "Quartz", "River",
        "Sable", "Silver", "Solar", "Sterling", "Summit", "Tidal", "Umber", "Velvet", "Vertex", "Willow", "Winter",
        "Zephyr",
    ]
    static let companySecond = [
        "Analytics", "Apparel", "Aviation", "Bakery", "Biotech", "Books", "Builders", "Ceramics", "Clinics", "Coffee",
        "Consulting", "Dairy", "Design", "Dental", "Energy", "Farms", "Films", "Finance", "Fitness", "Foods",
        "Furniture", "Games", "Gardens", "Hotels", "Insurance", "Labs", "Legal", "Logistics", "Marine", "Media",
        "Mobility", "Motors", "Museum", "Optics", "Outdoors", "Paper", "Pharma", "Press", "Realty", "Robotics",
        "Schools", "Software", "Studios", "Systems", "Textiles", "Travel", "Ventures", "Works",
    ]
    static let givenNames = [
        "Aisha", "Akira", "Amelia", "Ana", "Anders", "Arjun", "Beatriz", "Carlos", "Chen", "Chloe", "Daniel", "Diego",
        "Elena", "Emeka", "Emma", "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jamal", "Jin", "Julia",
        "Kofi", "Lara", "Leila", "Liam", "Lucia", "Marek", "Mei", "Nadia", "Noah", "Olga", "Omar", "Priya", "Rafael",
        "Sara", "Sofia", "Tomas", "Uma", "Viktor", "Wei", "Yara", "Yusuf", "Zoe", "Zsofia",
    ]
    static let familyNames = [
        "Abe", "Adeyemi", "Ahmed", "Almeida", "Andersen", "Bauer", "Becker", "Brown", "Castro", "Chen", "Costa", "Diaz",
        "Dubois", "Evans", "Fischer", "Garcia", "Gupta", "Haddad", "Hansen", "Horvat", "Ito", "Jansen", "Johnson",
        "Kaya", "Khan", "Kim", "Kovacs", "Larsen", "Lee", "Lopez", "Mensah", "Moreau", "Nguyen", "Novak", "Okafor",
        "Park", "Patel", "Petrov", "Rossi", "Santos", "Sato", "Silva", "Singh", "Smith", "Tanaka", "Wang", "Weber",
        "Yilmaz",
    ]
    static let initiatives = [
        "Website relaunch", "Mobile app", "Data warehouse", "Office move", "Brand refresh", "Customer portal",
        "Annual report", "Security audit", "Onboarding", "Partner program", "Price review", "Supplier portal",
        "Help center", "Payroll migration", "Trade fair", "Spring campaign", "Warehouse layout", "Quality program",
        "Hiring", "Accessibility", "Newsletter", "Research study", "Loyalty program", "Training catalogue",
    ]
    static let verbs = [
        "Agree on", "Analyse", "Approve", "Archive", "Automate", "Budget", "Check", "Clean up", "Collect", "Compare",
        "Design", "Document", "Draft", "Estimate", "Fix", "Migrate", "Order", "Plan", "Prepare", "Present", "Publish",
        "Review", "Rewrite", "Schedule", "Simplify", "Test", "Translate", "Update", "Verify", "Write",
    ]
    static let objects = [
        "the contract", "the landing page", "the sign-up form", "the release notes", "interview questions",
        "the price list", "customer feedback", "the floor plan", "product photos", "the backup plan", "access rights",
        "the test protocol", "the newsletter", "invoices of last month", "the style guide", "the risk list",
        "the shipping labels", "the search index", "the survey", "the report for the board", "error messages",
        "the training material", "the translation", "the data export", "supplier offers", "the meeting agenda",
        "the checklist", "the dashboard", "the privacy notice", "opening hours",
    ]
}
