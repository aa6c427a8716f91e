/// How many live hints the kernel's filter holds; docs/LIMITS.md lists the limits of all modules.
package enum HintsLimits {
    /// Hints that the kernel's filter holds; more are not put there, and the Listener looks at each datagram. The
    /// kernel takes 4,096 instructions, and each hint needs seven. It may have room for fewer (net.core.optmem_max: 20
    /// KiB before Linux 6.8, which is about a hundred).
    package static let hintsInFilter = 256
    /// Hints that the kernel's filter thins out at once. Whoever floods under more has captured as many knocks within
    /// two minutes and a half.
    package static let hintsThinned = 48
    /// Hints in the kernel's filter whose first halves are the same; with more no hint is put there. Honest ones are
    /// random.
    package static let hintsAlike = 64
}
