import Configuration

/// The texts that knockctl prints, apart from its results.
enum ControlText {
    static let usage = """
        usage: knockctl keys add NAME [--server NAME] [--addresses LIST]
               knockctl keys list [--json]
               knockctl keys rotate NAME [--grace TIME | --until-used] [--force]
               knockctl keys revoke NAME [--generation N]
               knockctl keys prune
               knockctl keys export NAME [--force]
               knockctl keys import FILE|- [--name NAME] [--server NAME] [--addresses LIST] [--replace]
               knockctl rules iptables|nftables [--door NAME] [--port PORT/PROTOCOL] [--only-knocks] [-6]
        options:
          -c, --config FILE     knockd's configuration (default \(Configuration.defaultFile))
          -D, --directory DIR   the directory of keys; knockctl then reads no configuration and no ledger
          -s, --server NAME     add: the server that the key is for; import: the server that you expect
          -n, --name NAME       import: the key that you expect; required for a new key
          -r, --replace         import: replace the key here, without proof of where the file comes from
          -a, --addresses LIST  add, import: send the key's knocks only there, such as 198.18.0.1,2001:db8::1
          -j, --json            list: print JSON
          -G, --grace TIME      rotate: how long the old generation stays valid, such as 12h, 7d or 2w (default 7d)
          -u, --until-used      rotate: it stays valid until an hour after the new one is first used
          -f, --force           rotate: do it while an older generation is still retiring;
                                export: do it to a terminal
          -g, --generation N    revoke: only this generation (default: all)
          -d, --door NAME       rules: only this door (default: all)
          -p, --port 22/tcp     rules: what the door opens (default: what its start command opens)
          -k, --only-knocks     rules: only the chains, to add to an existing firewall
          -6, --ipv6            rules iptables: for ip6tables-restore
          -V, --version         print the version
          -h, --help            print this help
        """
}
