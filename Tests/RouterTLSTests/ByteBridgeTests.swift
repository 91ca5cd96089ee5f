import Glibc
import HubTesting
import NIOCore
import NIOSSL
import RouterFixtures
import Testing

@testable import RouterTLS

@Suite("HTTP/1.1 over TLS")
struct ByteBridgeTests {
    private func withFront<Result>(
        limits: (inout FrontLimits) -> Void = { _ in },
        mostConnections: Int = 100,
        reads: Bool = true,
        onData: @escaping TestFront.Script = { peer, _ in TestFront.ok(peer) },
        _ body: (TestFront, TestAuthority) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority.shared.get()
        return try await authority.withCertificates { folder in
            try await TestFront.with(
                certificates: folder,
                limits: limits,
                mostConnections: mostConnections,
                reads: reads,
                onData: onData
            ) { try await body($0, authority) }
        }
    }

    @Test("What a client sends arrives as it is, and so does what is answered", arguments: [["http/1.1"], []])
    func bytes(protocols: [String]) async throws {
        try await withFront { front, authority in
            let client = try await RawPeer.connect(
                to: front.port,
                SecureDial(authority, protocols: protocols)
            )
            client.send("anything \u{0} at all\r\n\r\n")
            try await client.receive("the answer") { $0.hasSuffix("ok") }
            client.send("again\r\n\r\n")
            try await client.receive("both answers") {
                $0.split(separator: "ok", omittingEmptySubsequences: false).count == 3
            }
            #expect(front.pairs.count == 1)
            #expect(front.connections == 1)
            client.close()
            try await waitFor("the pair to end with its client") { front.pairs[0].isClosed }
            try await waitFor("the connection to be counted off") { front.connections == 0 }
        }
    }

    @Test("The client's address is known at the far end")
    func address() async throws {
        try await withFront(onData: { peer, secure in peer.send("\(secure.address?.ipAddress ?? "none")\n") }) {
            let client = try await RawPeer.connect(to: $0.port, SecureDial($1))
            client.send("x")
            try await client.receive("the address") { $0 == "127.0.0.1\n" }
        }
    }

    @Test("When the far end closes, the client gets all of it and TLS's farewell")
    func farewell() async throws {
        let answer = String(repeating: "0123456789abcdef", count: 64 * 1024)
        let script: TestFront.Script = { peer, _ in
            peer.send(Array(answer.utf8)) { peer.close() }
        }
        try await withFront(onData: script) { front, authority in
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority))
            client.send("x")
            try await client.waitUntilClosed()
            #expect(client.text == answer)
            #expect(client.failure == nil)
        }
    }

    @Test("What was cut short does not look complete: the connection breaks without the farewell")
    func cutShort() async throws {
        let script: TestFront.Script = { peer, secure in
            peer.send(Array("HTTP/1.1 200 OK\r\n\r\nhalf of it".utf8)) {
                secure.cutShort()
                peer.close()
            }
        }
        try await withFront(onData: script) { front, authority in
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority))
            client.send("x")
            try await client.waitUntilClosed()
            #expect(client.failure != nil)
        }
    }

    @Test("A client that takes nothing stops the far end, and loses nothing once it reads on")
    func backPressure() async throws {
        let total = 32 * 1024 * 1024
        let script: TestFront.Script = { peer, _ in peer.send([UInt8](repeating: 0x61, count: total)) { peer.close() } }
        try await withFront(onData: script) { front, authority in
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority), keepsBytes: false)
            client.send("x")
            try await waitFor("the answer to begin") { client.byteCount > 0 }
            try await client.setReading(false)
            try await waitFor("the far end to be held up") { front.pairs.first.map { !$0.isClosed } ?? false }
            try await client.setReading(true)
            try await client.waitUntilClosed()
            #expect(client.byteCount == total)
        }
    }

    @Test("A far end that takes nothing stops the client: little waits in between")
    func uploadPressure() async throws {
        try await withFront(reads: false, onData: { _, _ in }) { front, authority in
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority))
            let total = 64 * 1024 * 1024
            let sent = Sent()
            client.send([UInt8](repeating: 0x61, count: total)) { sent.add() }
            try await waitFor("the pair") { front.pairs.count == 1 }
            // The same event loop has done much else in the meantime.
            for _ in 0..<10 {
                let other = try await RawPeer.connect(to: front.port, SecureDial(authority))
                other.send("x")
            }
            try await waitFor("the others") { front.pairs.count == 11 }
            #expect(sent.count == 0)
            try await front.pairs[0].setReading(true)
            try await waitFor("all of it") { front.pairs[0].byteCount == total }
        }
    }

    @Test("Who does not finish the handshake in time is closed")
    func handshake() async throws {
        try await withFront(limits: { $0.handshake = .milliseconds(50) }) { front, _ in
            let client = try await RawPeer.connect(to: front.port)
            try await client.waitUntilClosed()
            #expect(front.pairs.isEmpty)
        }
    }

    @Test("Who speaks plainly is closed")
    func plain() async throws {
        try await withFront { front, _ in
            let client = try await RawPeer.connect(to: front.port)
            client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
            try await client.waitUntilClosed()
            #expect(front.pairs.isEmpty)
        }
    }

    @Test("A version of TLS before 1.2 is not spoken")
    func oldVersion() async throws {
        try await withFront { front, authority in
            let text = try? await ChildProcess.runAside(
                ["openssl", "s_client", "-connect", "127.0.0.1:\(front.port)", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
                    + ["-CAfile", authority.certificatePath]
            )
            #expect(text == nil)
            #expect(front.pairs.isEmpty)
        }
    }

    @Test("One connection too many is closed, and there is room again once another has ended")
    func full() async throws {
        try await withFront(mostConnections: 1) { front, authority in
            let first = try await RawPeer.connect(to: front.port, SecureDial(authority))
            first.send("x\r\n\r\n")
            try await first.receive("the answer") { $0.hasSuffix("ok") }
            let second = try await RawPeer.connect(to: front.port, SecureDial(authority))
            try await second.waitUntilClosed()
            first.close()
            try await waitFor("room") { front.connections == 0 }
            let third = try await RawPeer.connect(to: front.port, SecureDial(authority))
            third.send("x\r\n\r\n")
            try await third.receive("the answer") { $0.hasSuffix("ok") }
        }
    }

    @Test("After its last answer a client may go on sending for a while, and is closed then")
    func lingering() async throws {
        try await withFront(onData: { peer, _ in peer.send(Array("bye".utf8)) { peer.close() } }) { front, authority in
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority))
            client.send([UInt8](repeating: 0x61, count: 4 * 1024 * 1024))
            try await client.receive("the answer") { $0 == "bye" }
            try await client.waitUntilClosed()
            try await waitFor("the connection to be counted off") { front.connections == 0 }
        }
    }

    @Test("The listening socket can be handed on: both accept until one stops")
    func handOver() async throws {
        try await withFront { front, authority in
            let copy = try front.front.duplicateSocket()
            let heir = try await TLSFront(
                on: FrontSocket(descriptor: copy.descriptor),
                certificates: front.certificates,
                admission: Everybody(),
                threads: 1
            ) { descriptor, _ in
                let farewell = "heir"
                _ = farewell.withCString { write(descriptor, $0, 4) }
                close(descriptor)
            }
            #expect(heir.port == front.port)
            await front.front.drain()
            let client = try await RawPeer.connect(to: front.port, SecureDial(authority))
            try await client.receive("the heir") { $0 == "heir" }
            await heir.drain()
            await heir.stop(within: .zero)
        }
    }
}
