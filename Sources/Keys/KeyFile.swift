package import Base

/// A key as a file (docs/KEYS.md), with sections and directives as in knockd.conf. It is read strictly: a mistyped key
/// locks its holder out, or lets somebody in.
package enum KeyFile {
    /// The result of reading a file.
    package enum Reading: Equatable, Sendable {
        case key(Key)
        /// All faults of the file, from its top; at least one.
        case faults([KeyFileFault])
    }

    /// The suffix of a key file's name, after the key's name.
    package static let suffix = ".key"

    /// Reads the content of a file, which may be any bytes. The caller must wipe the content.
    ///
    /// - Parameter file: the file's name for messages.
    package static func read(_ content: [UInt8], file: String) -> Reading {
        var reader = KeyFileReader()
        if content.count > KeysLimits.fileBytes {
            return .faults([
                KeyFileFault(
                    file: file, line: 0, column: 0, message: "this is too large; a key file has at most 64 KiB")
            ])
        }
        KeyFileText.lines(of: content).forEach { reader.read($0.trimmed) }
        if let key = reader.finish() { return .key(key) }
        let faults = reader.problems.map { problem in
            KeyFileFault(
                file: file, line: problem.place?.line ?? 0, column: problem.place?.column ?? 0, message: problem.message
            )
        }
        return .faults(faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }

    /// The content of a key's file. It contains secrets: the caller must wipe it.
    package static func text(of key: Key) -> [UInt8] {
        var text: [UInt8] = []
        // Growing later would leave secrets behind in freed memory.
        text.reserveCapacity(2048 + 320 * key.generations.count)
        func line(_ line: String) { text += Array("\(line)\n".utf8) }
        line("# A key for signed knocks. Anyone who can read this file can open the doors that list the key.")
        line("[key]")
        line("name = \(key.name)")
        line("server = \(key.server)")
        line("versions = \(version)")
        if !key.addresses.isEmpty { line("addresses = \(addressList(key.addresses))") }
        for generation in key.generations {
            line("\n[generation \(generation.number)]")
            line("id = \(generation.id)")
            text += Array("secret = ".utf8)
            Base64.append(generation.secret, to: &text)
            line("\ncreated = \(Timestamp.text(generation.created))")
            line("state = \(generation.state.word)")
            if case .retiring(let retirement) = generation.state { line("retires = \(retirement.word)") }
        }
        return text
    }

    /// The addresses as written in a key file.
    package static func addressList(_ addresses: [HostAddress]) -> String {
        addresses.map(\.description).joined(separator: ", ")
    }

    /// The addresses of a comma-separated list; nil if one is invalid or there are too many.
    package static func addresses(_ list: some StringProtocol) -> [HostAddress]? {
        var addresses: [HostAddress] = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = HostAddress(String(word.filter { $0 != " " && $0 != "\t" })) else { return nil }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses.count <= KeysLimits.addresses ? addresses : nil
    }

    /// The version of the protocol that keys are for.
    static let version = 1
}

extension KeyGeneration.State {
    /// The word in a key file.
    package var word: String {
        switch self {
        case .active: "active"
        case .retiring: "retiring"
        case .revoked: "revoked"
        }
    }
}

extension KeyGeneration.Retirement {
    /// The word or time in a key file.
    package var word: String {
        switch self {
        case .at(let moment): Timestamp.text(moment)
        case .afterUse: Self.afterUseWord
        }
    }

    static let afterUseWord = "after-use"
}
