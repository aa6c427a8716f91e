import Packets
import Testing

struct LinkTypeTests {
    @Test(arguments: [(1, .ethernet), (12, .rawIP), (113, .linuxCooked), (276, .linuxCooked2)] as [(Int32, LinkType)])
    func linkTypesAreNumberedAsInLibpcap(number: Int32, linkType: LinkType) {
        #expect(LinkType(rawValue: number) == linkType)
    }

    @Test(arguments: [-1, 0, 6, 101, 105, 127, 228, 229] as [Int32])
    func otherLinkTypesAreUnknown(number: Int32) {
        #expect(LinkType(rawValue: number) == nil)
    }
}
