import Base

/// Decides of which generations' datagrams the kernel should pass only some, because far more come than their share.
///
/// A captured hint lets anybody send datagrams that look like knocks of its key. Beyond the key's share they are left
/// out in any case. If the kernel drops these, at random, the capture's buffer keeps room for the knocks of all other
/// keys, at any rate of the flood.
struct HintThinning {
    /// The datagrams of a generation within a window of time.
    private struct Window {
        var since: Milliseconds = 0
        var count = 0
        /// The kernel passes one in 2^bits.
        var bits = 0
    }

    private var windows: [Window] = []
    /// The generations whose datagrams are thinned out now, and their bits.
    private(set) var thinned: [Int: Int] = [:]

    /// Makes room for this many generations.
    mutating func reserve(_ generations: Int) {
        while windows.count < generations { windows.append(Window()) }
    }

    /// Counts a datagram that the kernel has passed.
    mutating func count(_ generation: Int, now: Milliseconds) {
        let age = now - windows[generation].since
        if age >= ListenerLimits.floodWindow { end(generation, now: now) }
        windows[generation].count += 1
        guard windows[generation].count > ListenerLimits.mostOfWindow else { return }
        // The shorter the time in which so many came, the fewer may pass.
        let times = Int(ListenerLimits.floodWindow / max(now - windows[generation].since, 1))
        let more = Int.bitWidth - times.leadingZeroBitCount
        begin(generation, bits: windows[generation].bits + more, now: now)
    }

    /// Passes more datagrams of a generation once fewer come.
    mutating func advance(to now: Milliseconds) {
        for generation in thinned.keys where windows[generation].since + ListenerLimits.floodWindow <= now {
            end(generation, now: now)
        }
    }

    /// When to call `advance`; nil if nothing is due.
    var nextChange: Milliseconds? {
        thinned.keys.map { windows[$0].since + ListenerLimits.floodWindow }.min()
    }

    /// Ends a window. If a quarter of what may pass has come, twice as many can pass without thinning out anew.
    private mutating func end(_ generation: Int, now: Milliseconds) {
        let isQuiet = windows[generation].count <= ListenerLimits.mostOfWindow / 4
        begin(generation, bits: windows[generation].bits - (isQuiet ? 1 : 0), now: now)
    }

    private mutating func begin(_ generation: Int, bits: Int, now: Milliseconds) {
        let bits = min(max(bits, 0), ListenerLimits.mostThinned)
        windows[generation] = Window(since: now, count: 0, bits: bits)
        thinned[generation] = bits > 0 ? bits : nil
    }
}
