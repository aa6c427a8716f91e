import Base

/// Proof that a key's file comes from a holder of the key.
///
/// `keys export` writes it after the generations, and without it `keys import` changes no existing key. For each older
/// generation it has a code over the whole content of the file, made with that generation's secret. Each code is in a
/// comment, `# continuity NUMBER CODE`, which older readers skip.
package struct KeyContinuity: Equatable, Sendable {
    /// The number is the older generation's. It is for people to read, and decides nothing.
    private var codes: [(number: Int, code: [UInt8])] = []

    private static let word = "continuity"

    /// Reads the codes of a file, whether they are correct or not.
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

    /// The proofs for an exported key, by each older generation that is not revoked. The finder of a lost device could
    /// make those of revoked ones too.
    package init(of exported: Key, by key: Key) throws(CryptoError) {
        let newest = exported.newest?.number ?? 0
        for generation in key.generations where generation.number < newest && generation.state != .revoked {
            codes.append((generation.number, try Self.code(of: exported, under: generation)))
        }
    }

    /// Whether a holder of this generation has written the content of `key`.
    package func proves(_ key: Key, under generation: KeyGeneration) throws(CryptoError) -> Bool {
        let message = Self.message(of: key, under: generation.id)
        let authentication = try Self.authentication(generation.secret, key.server)
        for (_, code) in codes where try authentication.isCode(code[...], of: message[...]) { return true }
        return false
    }

    /// The lines for the end of the file.
    package var lines: [String] {
        codes.map { number, code in "# \(Self.word) \(number) \(Hexadecimal.text(code))" }
    }

    package static func == (left: Self, right: Self) -> Bool { left.lines == right.lines }

    // MARK: The code

    private static func code(of key: Key, under generation: KeyGeneration) throws(CryptoError) -> [UInt8] {
        try authentication(generation.secret, key.server).code(of: message(of: key, under: generation.id)[...])
    }

    /// Uses a key of its own, so that no code is valid as the tag of a knock.
    private static func authentication(
        _ secret: SecretBytes, _ server: KeyName
    ) throws(CryptoError) -> MessageAuthentication {
        try MessageAuthentication(key: WorkingKeys.continuity(secret, server))
    }

    /// The content of the file, with each secret represented by its id, which is derived from it.
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
    /// The file that `keys export` writes: the exported key, and the proofs for holders of an older generation. It
    /// contains secrets: the caller must wipe it.
    package static func text(ofExport exported: Key, of key: Key) throws(CryptoError) -> [UInt8] {
        let proofs = try KeyContinuity(of: exported, by: key).lines.map { $0 + "\n" }.joined()
        var text = text(of: exported)
        if proofs.isEmpty { return text }
        // One allocation, so that growing leaves no secret behind in freed memory.
        var whole: [UInt8] = []
        whole.reserveCapacity(text.count + proofs.utf8.count + 1)
        whole += text
        whole.append(UInt8(ascii: "\n"))
        whole += Array(proofs.utf8)
        SecretBytes.wipe(&text)
        return whole
    }
}
