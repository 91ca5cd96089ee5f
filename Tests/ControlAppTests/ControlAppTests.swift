import Testing

/// hub-control against a real directory and real backends; one test after the other, since each has servers of its own.
@Suite("Control", .serialized)
struct ControlAppTests {}
