import Glibc

/// A table of fixed size whose memory the kernel gives page by page, zeroed, as it is first written.
///
/// All bytes zero must be a meaningful element. Its size never changes; an index past it traps.
///
/// This is `public` where the rest is `package`: the compiler makes code for an element's own type in another module only
/// then, and the table of attempts is half as fast without that.
@safe
public final class ZeroedMemory<Element: BitwiseCopyable> {
    /// A huge page of x86-64 and of arm64 with small pages of 4 KiB.
    private static var hugePage: Int { 2 << 20 }

    @usableFromInline let base: UnsafeMutablePointer<Element>
    private let reserved: UnsafeMutableRawPointer
    private let reservedSize: Int
    /// How many elements there are.
    public let count: Int

    /// Reserves room for `count` elements, which must fit into the address space.
    public init(count: Int) {
        self.count = count
        let size = max(count, 1) * MemoryLayout<Element>.stride
        // More, so that it can begin where a huge page does.
        reservedSize = size < Self.hugePage ? size : size + Self.hugePage
        let memory = unsafe mmap(
            nil, reservedSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        precondition(unsafe memory != MAP_FAILED, "no address space for \(count) elements")
        unsafe reserved = unsafe memory!
        let start = unsafe size < Self.hugePage ? reserved : reserved.alignedUp(toMultipleOf: Self.hugePage)
        unsafe base = unsafe start.bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        _ = unsafe munmap(reserved, reservedSize)
    }

    /// Asks the kernel to put small pages together to huge ones, in which the processor finds its way much faster. For a
    /// table that is in use all over: what was never written takes memory from then on. Linux before 6.1 does not.
    package func useHugePages() {
        let collapse: Int32 = 25  // MADV_COLLAPSE
        _ = unsafe madvise(base, count * MemoryLayout<Element>.stride, collapse)
    }

    /// The element at an index below `count`.
    @inlinable public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe base[index] = newValue
        }
    }
}
