import Decoding
import Testing

struct LinkTypeTests {
    @Test(
        arguments: [
            (0, .bsdLoopback), (1, .ethernet), (12, .rawIP), (108, .openBSDLoopback), (113, .linuxCooked),
            (228, .rawIPv4), (229, .rawIPv6), (276, .linuxCooked2),
        ] as [(Int32, LinkType)])
    func linkTypesAreNumberedAsInLibpcap(number: Int32, linkType: LinkType) {
        #expect(LinkType(rawValue: number) == linkType)
    }

    @Test(arguments: [-1, 6, 101, 105, 127, 227, 230] as [Int32])
    func otherLinkTypesAreUnknown(number: Int32) {
        #expect(LinkType(rawValue: number) == nil)
    }
}
