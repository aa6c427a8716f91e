import Base
import Packets

/// Limits how many knocks are accepted from each claimant, from each source, and in all (docs/PROTOCOL.md, step 7). A
/// claimant is a key, or the sequence of a door.
///
/// A source's address is not authenticated, so a claimant can send from any address. Therefore each claimant has its
/// own allowance for each source, and cannot use up another's. Likewise half of the total is divided among the
/// claimants, at least one knock each. The other half is first come, first served.
///
/// A refused knock uses up no allowance. The cost of a decision does not grow with the number of claimants.
struct RateLimiter<Claimant: Hashable> {
    private struct Account {
        var own: TokenBucket
        /// Its share of the total.
        var share: TokenBucket
        var sources: FadingTable<IPAddress, TokenBucket>
    }

    private let own: TokenBucket
    private let source: TokenBucket
    private let total: RateLimit
    /// Largest number of sources of one claimant. Further sources have only the claimant's own limit.
    private let mostSources: Int
    private var share: TokenBucket
    private var common: TokenBucket
    private var accounts: FadingTable<Claimant, Account>

    /// Number of claimants, for their shares. A change gives each of them its full allowance again.
    var claimantCount = 1 {
        didSet { if claimantCount != oldValue { shareOut() } }
    }

    init(own: RateLimit, source: RateLimit, total: RateLimit, mostSources: Int) {
        self.own = TokenBucket(own)
        self.source = TokenBucket(source)
        self.total = total
        self.mostSources = mostSources
        share = TokenBucket(total)
        common = share
        accounts = FadingTable(time: 0)
        shareOut()
    }

    private mutating func shareOut() {
        let count = max(claimantCount, 1)
        let (burst, perSecond) = (total.burst / 2, total.perSecond / 2)
        share = TokenBucket(
            burst: max(burst / count, 1), count: max(perSecond, 1), in: 1000 * Milliseconds(count))
        common = TokenBucket(burst: total.burst - burst, perSecond: total.perSecond - perSecond)
        accounts = FadingTable(time: max(own.refillTime, source.refillTime, share.refillTime))
    }

    /// Takes the allowance of a knock; nil if it is within the rates.
    ///
    /// - Parameter now: time of a clock that never goes back.
    mutating func take(_ claimant: Claimant, from address: IPAddress, now: Milliseconds) -> ClaimRateLimiter.Excess? {
        accounts.turn(now: now)
        var account =
            accounts.remove(claimant) ?? Account(own: own, share: share, sources: FadingTable(time: source.refillTime))
        defer { accounts.write(account, for: claimant) }
        account.sources.turn(now: now)
        var fromHere = account.sources[address.subscriber]
        guard fromHere?.canTake(now: now) ?? true else { return .fromSource }
        guard account.own.canTake(now: now) else { return .ofClaimant }
        guard account.share.take(now: now) || common.take(now: now) else { return .inAll }
        _ = account.own.take(now: now)
        if fromHere == nil, account.sources.count < mostSources { fromHere = source }
        _ = fromHere?.take(now: now)
        if let fromHere { account.sources.write(fromHere, for: address.subscriber) }
        return nil
    }
}

extension IPAddress {
    /// The smallest network that one subscriber has: an IPv4 address, or the /64 network of an IPv6 address (RFC 6177).
    fileprivate var subscriber: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
