/// Directives of other programs, and of other versions of knockd, that users copy into knockd.conf.
enum ForeignDirective {
    /// The program that a directive comes from.
    enum Origin: Hashable {
        /// A knockd with patches.
        case knockd
        /// access.conf or fwknopd.conf.
        case fwknop
        /// /etc/default/knockd.
        case defaults
        /// An option of the command line.
        case commandLine
    }

    struct Hint {
        let origin: Origin
        let message: String
    }

    /// A hint for a word that is no directive of ours; nil if no other program is known to have it.
    static func hint(for word: String) -> Hint? {
        let name = word.lowercased()
        if let advice = patches[name] {
            return Hint(origin: .knockd, message: "'\(word)' is a directive of another knockd; \(advice)")
        }
        if let option = options[name] {
            return Hint(
                origin: .commandLine,
                message: "'\(word)' is an option of the command line; write \(option) into KNOCKD_OPTS in "
                    + "/etc/default/knockd, or behind knockd")
        }
        if name == "start_knockd" || name == "knockd_opts" {
            return Hint(
                origin: .defaults, message: "'\(word)' belongs in /etc/default/knockd; write it there, not here")
        }
        guard isOfFwknop(name) else { return nil }
        return Hint(
            origin: .fwknop,
            message:
                "'\(word)' is a directive of fwknop, whose files knockd cannot read; write a door with keys = NAME, "
                + "and make the key with knockctl keys add NAME")
    }

    private static let signed =
        "write keys = NAME, for signed knocks, or one_time_sequences = FILE, for sequences that open once"
    private static let patches: [String: String] = [
        "allowduplicates": "repeated knocks are always ignored here: take this line out",
        "allow_duplicates": "repeated knocks are always ignored here: take this line out",
        "include_dir": "write include = DIRECTORY/*",
        "includedir": "write include = DIRECTORY/*",
        "sequence_file": "write sequence = PORT,PORT,... here, or put that line into a file and write include = FILE",
        "key": signed, "otp": signed, "totp": signed, "otp_key": signed, "otp_secret": signed, "totp_secret": signed,
        "secret": signed, "use_otp": signed, "src_ip": signed, "srcip": signed, "use_src_ip": signed,
    ]

    private static let options: [String: String] = [
        "daemon": "-d", "verbose": "-v", "debug": "-D", "lookup": "-l", "only_ip_v4": "-4", "only-ip-v4": "-4",
        "ipv4": "-4", "ipv4_only": "-4", "config": "-c FILE",
    ]

    private static func isOfFwknop(_ name: String) -> Bool {
        fwknopNames.contains(name) || fwknopPrefixes.contains { name.hasPrefix($0) }
    }

    private static let fwknopPrefixes = [
        "gpg_", "cmd_cycle_", "pcap_", "ipt_", "firewd_", "ipfw_", "pf_", "force_nat", "force_snat", "force_masq",
        "require_source", "require_username", "hmac_", "access_expire", "enable_pcap_", "enable_ipt_", "enable_udp_",
        "enable_tcp_", "enable_spa_", "enable_cmd_", "fw_access_", "max_fw_", "max_spa_", "udpserv_", "tcpserv_",
        "key_base64", "cmd_exec_", "fwknop_", "enable_digest_", "enable_destination_", "%include",
    ]
    private static let fwknopNames: Set<String> = [
        "source", "destination", "open_ports", "restrict_ports", "encryption_mode", "access_timeout", "sudo_exe",
        "rules_check_threshold", "max_sniff_bytes", "flush_ipt_at_init", "syslog_identity", "syslog_facility",
        "disable_dns", "spa_source", "sigaction", "digest_file", "digest_db_file", "access_file", "exe_path",
    ]
}
