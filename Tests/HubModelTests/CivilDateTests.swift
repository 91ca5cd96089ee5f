import Testing

@testable import HubModel

@Suite("Civil dates")
struct CivilDateTests {
    @Test("Every day from 1600 to 2400 follows the one before it")
    func everyDay() {
        let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var days: Int64 = CivilDate(year: 1600, month: 1, day: 1).daysSinceEpoch
        for year in Int64(1600)...2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in Int64(1)...12 {
                for day in 1...lengths[Int(month - 1)] + (month == 2 && isLeap ? 1 : 0) {
                    let date = CivilDate(year: year, month: month, day: day)
                    guard date.daysSinceEpoch == days, CivilDate(daysSinceEpoch: days) == date, date.exists else {
                        Issue.record("\(date) is not day \(days)")
                        return
                    }
                    days += 1
                }
            }
        }
        #expect(CivilDate(year: 1970, month: 1, day: 1).daysSinceEpoch == 0)
    }

    @Test(
        "Days that no calendar has do not exist",
        arguments: [
            (2025, 2, 29), (1900, 2, 29), (2025, 4, 31), (2025, 13, 1), (2025, 0, 1), (2025, 1, 0), (2025, 1, 32),
        ]
    )
    func missing(year: Int64, month: Int64, day: Int64) {
        #expect(!CivilDate(year: year, month: month, day: day).exists)
    }
}
