package dev.tradewind.fetch;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses of the public web from those that a crawler must leave alone: loopback, private, link-local (cloud
 * metadata), shared, reserved, documentation and multicast ones, and IPv6 addresses that stand for such an IPv4 one.
 */
public final class AddressGuard {
    /** From IANA's special-purpose registry, and what is left beside unicast. */
    private static final List<Range> NOT_PUBLIC_V4 = ranges(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    private static final Range UNICAST_V6 = Range.of("2000::/3");

    /** Within unicast: protocol assignments with Teredo, documentation, 6to4, AS112. */
    private static final List<Range> NOT_PUBLIC_V6 =
            ranges("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    private static final Range MAPPED_V4 = Range.of("::ffff:0:0/96");
    private static final Range NAT64 = Range.of("64:ff9b::/96");

    private final List<Range> allowed;

    /**
     * @param allowAddresses CIDR ranges to allow although they are not public
     * @throws IllegalArgumentException if one is no CIDR range
     */
    public AddressGuard(List<String> allowAddresses) {
        allowed = allowAddresses.stream().map(Range::of).toList();
    }

    /** The ranges that are not public, IPv4 and IPv6; nor is IPv6 outside of {@code 2000::/3}. */
    public static List<String> notPublic() {
        return Stream.concat(NOT_PUBLIC_V4.stream(), NOT_PUBLIC_V6.stream())
                .map(Range::cidr)
                .toList();
    }

    public boolean allows(InetAddress address) {
        return allows(address.getAddress());
    }

    private boolean allows(byte[] address) {
        if (allowed.stream().anyMatch(range -> range.holds(address))) {
            return true;
        }
        if (address.length == 4) {
            return NOT_PUBLIC_V4.stream().noneMatch(range -> range.holds(address));
        }
        if (MAPPED_V4.holds(address) || NAT64.holds(address)) {
            return allows(Arrays.copyOfRange(address, 12, 16));
        }
        return UNICAST_V6.holds(address) && NOT_PUBLIC_V6.stream().noneMatch(range -> range.holds(address));
    }

    private static List<Range> ranges(String... cidrs) {
        return Stream.of(cidrs).map(Range::of).toList();
    }

    private record Range(String cidr, byte[] address, int bits) {
        static Range of(String cidr) {
            int slash = cidr.indexOf('/');
            byte[] address = slash < 0 ? null : NetUtil.createByteArrayFromIpAddressString(cidr.substring(0, slash));
            String bits = cidr.substring(slash + 1);
            if (address == null || !bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > 8 * address.length) {
                throw new IllegalArgumentException("Not an address range such as 10.0.0.0/8 or fd00::/8: " + cidr);
            }
            return new Range(cidr, address, Integer.parseInt(bits));
        }

        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            int rest = bits % 8;
            return Arrays.equals(address, 0, whole, other, 0, whole)
                    && (rest == 0 || (address[whole] ^ other[whole]) >> 8 - rest == 0);
        }
    }
}
