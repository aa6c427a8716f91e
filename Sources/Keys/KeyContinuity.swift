import Base

/// Proof that a key's file comes from somebody who holds the key already: what `keys export` writes behind the generations,
/// and without which `keys import` changes no key that is here.
///
/// For each older generation there is a code of all that the file says, made with that generation's secret. Each stands in
/// a comment, `# continuity NUMBER CODE`, which readers that do not know of it skip.
package struct KeyContinuity: Equatable, Sendable {
    /// The number is the older generation's; it is for people to read, and decides nothing.
    private var codes: [(number: Int, code: [UInt8])] = []

    private static let word = "continuity"

    /// What a file says, whether it is right or not.
    package init(reading content: [UInt8]) {
        for line in KeyFileText.lines(of: content).map(\.trimmed) where line.bytes.first == UInt8(ascii: "#") {
            guard let rest = line.withoutMark.after(Self.word),
                let number = rest.word.number(upTo: KeysLimits.greatestNumber),
                let code = Self.code(rest.after(rest.word.text)?.text ?? "")
            else { continue }
            codes.append((number, code))
            if codes.count == KeysLimits.generations { return }
        }
    }

    /// The proofs for what is exported of a key: by each older generation that is not revoked. Whoever found a lost device
    /// could make those of revoked ones too.
    package init(of exported: Key, by key: Key) throws(CryptoError) {
        let newest = exported.newest?.number ?? 0
        for generation in key.generations where generation.number < newest && generation.state != .revoked {
            codes.append((generation.number, try Self.code(of: exported, under: generation)))
        }
    }

    /// Whether a generation's holder has written what `key` says.
    package func proves(_ key: Key, under generation: KeyGeneration) throws(CryptoError) -> Bool {
        let message = Self.message(of: key, under: generation.id)
        let authentication = try Self.authentication(generation.secret, key.server)
        for (_, code) in codes where try authentication.isCode(code[...], of: message[...]) { return true }
        return false
    }

    /// The lines for the file's end.
    package var lines: [String] {
        codes.map { number, code in "# \(Self.word) \(number) \(Hexadecimal.text(code))" }
    }

    package static func == (left: Self, right: Self) -> Bool { left.lines == right.lines }

    // MARK: The code

    private static func code(of key: Key, under generation: KeyGeneration) throws(CryptoError) -> [UInt8] {
        try authentication(generation.secret, key.server).code(of: message(of: key, under: generation.id)[...])
    }

    /// With a key of its own, so that a code means nothing as the tag of a knock.
    private static func authentication(
        _ secret: SecretBytes, _ server: KeyName
    ) throws(CryptoError) -> MessageAuthentication {
        try MessageAuthentication(key: WorkingKeys.continuity(secret, server))
    }

    /// All that the file says. Secrets are in it by their ids, which follow from them.
    private static func message(of key: Key, under id: GenerationID) -> [UInt8] {
        var lines = ["continuity under \(id)", "\(key.name)", "\(key.server)", KeyFile.addressList(key.addresses)]
        for generation in key.generations {
            var end = ""
            if case .retiring(let retirement) = generation.state { end = retirement.word }
            lines.append(
                "\(generation.number) \(generation.id) \(Timestamp.text(generation.created)) \(generation.state.word) \(end)"
            )
        }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func code(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        return digits.count == 2 * MessageAuthentication.size ? Hexadecimal.bytes(digits) : nil
    }
}

extension KeyFile {
    /// What `keys export` writes: the file of what is exported, and the proofs for whoever has an older generation. It holds
    /// the secrets: whoever takes it wipes it.
    package static func text(ofExport exported: Key, of key: Key) throws(CryptoError) -> [UInt8] {
        let proofs = try KeyContinuity(of: exported, by: key).lines.map { $0 + "\n" }.joined()
        var text = text(of: exported)
        if proofs.isEmpty { return text }
        // One piece of memory, so that no secret stays where it was before it grew.
        var whole: [UInt8] = []
        whole.reserveCapacity(text.count + proofs.utf8.count + 1)
        whole += text
        whole.append(UInt8(ascii: "\n"))
        whole += Array(proofs.utf8)
        SecretBytes.wipe(&text)
        return whole
    }
}
