import Glibc

/// A table of fixed size; the kernel provides its memory zeroed, page by page, when it is first written.
///
/// An element of all zero bytes must be valid. The size never changes, and an index past it traps.
///
/// It is `public`, unlike the rest of the package: only then does the compiler specialise it for element types of other
/// modules, and without that the attempt table is half as fast.
@safe
public final class ZeroedMemory<Element: BitwiseCopyable> {
    /// The size of a huge page on x86-64, and on arm64 with 4 KiB pages.
    private static var hugePage: Int { 2 << 20 }

    @usableFromInline let base: UnsafeMutablePointer<Element>
    private let reserved: UnsafeMutableRawPointer
    private let reservedSize: Int
    /// How many elements there are.
    public let count: Int

    /// Reserves address space for `count` elements; traps if there is not enough.
    public init(count: Int) {
        self.count = count
        let size = max(count, 1) * MemoryLayout<Element>.stride
        // Large tables get extra room, so that they can begin on a huge page boundary.
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

    /// Asks the kernel to merge the table's small pages into huge ones, which makes address translation much faster.
    ///
    /// Use it for a table that is in use throughout: pages never written take memory from then on. Linux before 6.1
    /// ignores it.
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
