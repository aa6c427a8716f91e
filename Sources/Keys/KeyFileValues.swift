import Base

/// The values of a key file's directives, read strictly.
extension KeyFileText {
    func keyName() throws(KeyFileProblem) -> KeyName {
        guard let name = KeyName(text) else {
            throw KeyFileProblem(self, "\(quoted) is no name; write 1 to \(KeysLimits.nameBytes) \(KeyName.rule)")
        }
        return name
    }

    func addresses() throws(KeyFileProblem) -> [HostAddress] {
        guard let addresses = KeyFile.addresses(text) else {
            throw KeyFileProblem(
                self,
                "this is no list of addresses; write at most \(KeysLimits.addresses), such as 198.18.0.1, 2001:db8::1")
        }
        return addresses
    }

    func knownVersion() throws(KeyFileProblem) {
        if text != String(KeyFile.version) {
            throw KeyFileProblem(
                self, "\(quoted) is not known here; write \(KeyFile.version), the only version there is")
        }
    }

    func generationID() throws(KeyFileProblem) -> GenerationID {
        guard let id = GenerationID(text) else {
            throw KeyFileProblem(self, "this is no id; it has 32 hexadecimal digits in lower case: copy the file anew")
        }
        return id
    }

    func secret() throws(KeyFileProblem) -> SecretBytes {
        guard let secret = Base64.decode(bytes, count: WorkingKeys.size) else {
            let length = Base64.length(of: WorkingKeys.size)
            throw KeyFileProblem(self, "this is no secret; it has \(length) characters of base64: copy the file anew")
        }
        if secret.isZero {
            throw KeyFileProblem(
                self, "the secret is all zero, which anybody can guess; make a key with knockctl keys add")
        }
        return secret
    }

    func moment() throws(KeyFileProblem) -> UnixSeconds {
        guard let moment = Timestamp.moment(bytes) else {
            throw KeyFileProblem(self, "\(quoted) is no time; write one in UTC, such as 2026-11-22T10:00:00Z")
        }
        return moment
    }

    fileprivate func retirement() throws(KeyFileProblem) -> KeyGeneration.Retirement {
        text == KeyGeneration.Retirement.afterUseWord ? .afterUse : .at(try moment())
    }
}

extension KeyFileSection {
    func state() throws(KeyFileProblem) -> KeyGeneration.State {
        let word = try value(of: .state)
        if word.text == "retiring" { return .retiring(try value(of: .retires).retirement()) }
        if let retires = values[.retires] {
            throw KeyFileProblem(retires, "only a retiring generation has this; write state = retiring, or take it out")
        }
        switch word.text {
        case "active": return .active
        case "revoked": return .revoked
        default: throw KeyFileProblem(word, "\(word.quoted) is no state; write active, retiring or revoked")
        }
    }

    func checkID(_ id: GenerationID, secret: SecretBytes, server: KeyName) throws(KeyFileProblem) {
        let place = try value(of: .id)
        do throws(CryptoError) {
            if try GenerationID(of: secret, server: server) == id { return }
        } catch {
            throw KeyFileProblem(place, "the id cannot be checked (\(error)); mend this machine's OpenSSL")
        }
        throw KeyFileProblem(
            place,
            "edited: this id does not fit the secret and the server's name; take the file from knockctl keys export anew"
        )
    }
}
