import Base
import Packets

/// How many knocks count of each claimant (a key, or the classic knock of a door), of each from each source, and in all
/// (docs/PROTOCOL.md, step 7).
///
/// A source's address is not authenticated: whoever may knock can send from anybody's. So each claimant has an allowance of
/// its own for each source, and none can use up what another needs from there. Likewise half of what counts in all is shared
/// out among the claimants, one knock each at least; the other half is for whoever comes first.
///
/// What is refused takes nothing from any of these. What it costs does not grow with the number of those who knock.
struct RateLimiter<Claimant: Hashable> {
    private struct Account {
        var own: TokenBucket
        /// Its part of what counts in all.
        var share: TokenBucket
        var sources: FadingTable<IPAddress, TokenBucket>
    }

    private let own: TokenBucket
    private let source: TokenBucket
    private let total: RateLimit
    /// Sources of one claimant that are remembered; further ones have the claimant's own limit alone.
    private let mostSources: Int
    private var share: TokenBucket
    private var common: TokenBucket
    private var accounts: FadingTable<Claimant, Account>

    /// How many claimants there are, for their shares. A change gives all of them their whole allowances anew.
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

    /// Counts a knock; nil if it is within the rates.
    ///
    /// - Parameter now: on a clock that never goes back.
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
    /// What one subscriber has at least: an IPv4 address, or the /64 network of an IPv6 address (RFC 6177).
    fileprivate var subscriber: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
