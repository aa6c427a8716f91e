import Packets
import TestSupport
import Testing

@testable import SignedKnocks

struct SignedKnockBodyTests {
    private let good = Sample.body(
        timestamp: 0x0102_0304_0506_0708, address: IPAddress("2001:db8::9"), seconds: 0x0A0B_0C0D, door: "ssh")

    /// Why these bytes are refused; nil if they are read.
    private func refusal(_ bytes: [UInt8]) -> RejectReason? {
        do throws(RejectReason) {
            _ = try SignedKnockBody(reading: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func changed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = good.bytes
        change(&bytes)
        return bytes
    }

    @Test func eachFieldHasItsPlace() {
        let expected = Sample.bytes(
            """
            0102030405060708 20010db8000000000000000000000009 0a0b0c0d 01 000000
            7373680000000000000000000000000000000000000000000000000000000000
            """)
        #expect(good.bytes == expected)
    }

    @Test func anIPv4AddressIsWrittenInItsMappedForm() {
        let bytes = Sample.body(address: IPAddress("198.18.1.2")).bytes
        #expect(bytes[8..<24] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 1, 2])
    }

    @Test(arguments: [
        Sample.body(), Sample.body(timestamp: 0), Sample.body(timestamp: .max), Sample.body(seconds: .max),
        Sample.body(operation: .close), Sample.body(address: Sample.source),
        Sample.body(door: String(repeating: "x", count: 32)), Sample.body(door: "A.z_0-9"),
    ])
    func whatIsWrittenIsRead(body: SignedKnockBody) throws {
        #expect(body.bytes.count == 64)
        #expect(try SignedKnockBody(reading: body.bytes) == body)
    }

    @Test(arguments: [0, 1, 63, 65, 128])
    func anotherLengthIsNone(length: Int) {
        #expect(refusal([UInt8](repeating: 0, count: length)) == .length)
    }

    @Test func onlyOpenAndCloseAreOperations() {
        for operation in 0...255 as ClosedRange<UInt8> where operation != 1 {
            let reason = refusal(changed { $0[28] = operation })
            #expect(reason == (operation == 2 ? .secondsInClose : .unknownOperation))
        }
    }

    @Test func aCloseHasNoSeconds() {
        for place in 24..<28 {
            let bytes = changed {
                $0.replaceSubrange(24..<28, with: [0, 0, 0, 0])
                $0[place] = 1
                $0[28] = 2
            }
            #expect(refusal(bytes) == .secondsInClose)
        }
    }

    @Test func reservedBytesAreZero() {
        for bit in 0..<24 { #expect(refusal(changed { $0[29 + bit / 8] |= 1 << (bit % 8) }) == .reservedNotZero) }
    }

    @Test(
        arguments: [
            [], [0], Array("ss\0h".utf8), Array("\0ssh".utf8), Array("s h".utf8), Array("ssh\n".utf8),
            Array("ssh/".utf8),
            Array("süß".utf8), [0x73, 0xFF], Array("ssh%IP%".utf8), Array("$(x)".utf8), [0x73, 0, 0x73],
        ] as [[UInt8]])
    func aDoorHasAName(name: [UInt8]) {
        let bytes = changed {
            $0.replaceSubrange(32..<64, with: name + [UInt8](repeating: 0, count: 32 - name.count))
        }
        #expect(refusal(bytes) == .malformedDoor)
    }

    @Test func nothingStandsBehindTheDoorsName() {
        for place in 36..<64 { #expect(refusal(changed { $0[place] = UInt8(ascii: "x") }) == .malformedDoor) }
    }

    @Test func aDoorsNameOfThirtyTwoBytesNeedsNoZero() throws {
        let name = String(repeating: "a", count: 32)
        let bytes = changed { $0.replaceSubrange(32..<64, with: Array(name.utf8)) }
        #expect(try SignedKnockBody(reading: bytes).door == name)
        #expect(SignedKnockBody.isDoorName(name))
        #expect(!SignedKnockBody.isDoorName(name + "a"))
    }

    @Test(arguments: SignedAddressTests.edges)
    func refusedAddressesAreRefused(text: String, isAllowed: Bool) throws {
        let address = try #require(IPAddress(text))
        let bytes = changed { $0.replaceSubrange(8..<24, with: address.bytes) }
        let isZero = text == "::"
        #expect(refusal(bytes) == (isAllowed || isZero ? nil : .addressNotAllowed))
        if isZero { #expect(try SignedKnockBody(reading: bytes).address == nil) }
    }

    @Test func theStepsComeInTheirOrder() {
        let bytes = changed {
            $0[28] = 9
            $0[29] = 1
            $0[32] = 0
            $0[8] = 0xFF
        }
        #expect(refusal(bytes) == .unknownOperation)
        #expect(
            refusal(
                changed {
                    $0[29] = 1; $0[32] = 0; $0[8] = 0xFF
                }) == .reservedNotZero)
        #expect(
            refusal(
                changed {
                    $0[32] = 0; $0[8] = 0xFF
                }) == .malformedDoor)
        #expect(refusal(changed { $0[8] = 0xFF }) == .addressNotAllowed)
    }

    @Test func anyBytesAreReadOrRefused() {
        var random = SeededGenerator.announced()
        for _ in 0..<5000 {
            let bytes = random.mutated(good.bytes)
            if let body = try? SignedKnockBody(reading: bytes) { #expect(body.bytes == bytes) }
        }
    }
}
