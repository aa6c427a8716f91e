import Keys

enum KeyNames {
    static let other = KeyName("phone")
}
