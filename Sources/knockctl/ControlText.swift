/// What knockctl prints beside its results.
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
          -c, --config FILE     knockd's configuration (default /etc/knockd.conf)
          -D, --directory DIR   the directory of keys; no configuration and no ledger is read then
          -s, --server NAME     add: the server that the key is for; import: the one expected
          -n, --name NAME       import: the key expected; a new one needs it
          -r, --replace         import: in the place of the key that is here, whoever wrote the file
          -a, --addresses LIST  add, import: where the key's knocks may go, such as 198.18.0.1,2001:db8::1
          -j, --json            list: as JSON
          -G, --grace TIME      rotate: how long the old generation still counts, such as 12h, 7d or 2w (default 7d)
          -u, --until-used      rotate: it counts until an hour after the new one was first used
          -f, --force           rotate: even though an older generation is still retiring;
                                export: to a terminal too
          -g, --generation N    revoke: this generation only
          -d, --door NAME       rules: this door only (default all)
          -p, --port 22/tcp     rules: what the door opens (default: what its start command says)
          -k, --only-knocks     rules: the chains alone, for a firewall that is there already
          -6, --ipv6            rules iptables: for ip6tables-restore
          -V, --version         print the version
          -h, --help            print this
        """
}
