package dev.tradewind.url;

import crawlercommons.domains.EffectiveTldFinder;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;

/**
 * One way to write each http or https url, as browsers do: scheme and host in lower case, host names in punycode without a
 * trailing dot, numeric hosts as dotted quads, no default port, no credentials, no fragment, dot segments resolved, only
 * what must be escaped escaped. A canonical url is at most {@link #MAX_LENGTH} characters of RFC 3986 and always has a path.
 *
 * <p>Functions that take a {@code url} want a canonical one; only {@link #of}, {@link #resolve} and {@link #home} take what
 * others wrote.
 */
public final class CanonicalUrl {
    public static final int MAX_LENGTH = 2_048;

    /** The stable word for what is no url of the web. */
    public static final String BAD_URL = "bad-url";

    private static final String UNRESERVED = "-._~";
    private static final String ALLOWED_IN_PATH = UNRESERVED + "!$&'()*+,;=:@/%";
    private static final String ALLOWED_IN_QUERY = ALLOWED_IN_PATH + "?";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /**
     * Where a business is to be found, or why there is no telling.
     *
     * @param url canonical, or null
     * @param fault null, {@code bad-url} or {@code unsupported-scheme}
     */
    public record Home(String url, String fault) {}

    /** The canonical form of an absolute url, or null if it is none, is not http or https, or is too long. */
    public static String of(String url) {
        return resolve(null, url);
    }

    /**
     * What {@code reference} means on the page at {@code base}, canonical; null if that is no http or https url.
     *
     * @param base a canonical url, or null if only absolute references are wanted
     */
    public static String resolve(String base, String reference) {
        String url = withoutControls(reference);
        if (url.length() > 4 * MAX_LENGTH) {
            return null;
        }
        int fragment = url.indexOf('#');
        if (fragment >= 0) {
            url = url.substring(0, fragment);
        }
        String scheme = scheme(url);
        if (scheme != null) {
            if (!scheme.equals("http") && !scheme.equals("https")) {
                return null;
            }
            String rest = url.substring(scheme.length() + 1);
            if (base == null || startsWithSlash(rest) || !base.startsWith(scheme + ":")) {
                return absolute(scheme, withoutLeadingSlashes(rest));
            }
            url = rest;
        }
        if (base == null) {
            return null;
        }
        String baseScheme = base.substring(0, base.indexOf(':'));
        int pathStart = pathStart(base);
        String origin = base.substring(0, pathStart);
        String basePath = path(base);
        if (url.length() > 1 && isSlash(url.charAt(0)) && isSlash(url.charAt(1))) {
            return absolute(baseScheme, withoutLeadingSlashes(url));
        }
        if (url.isEmpty()) {
            return base;
        }
        if (url.charAt(0) == '?') {
            return assemble(origin, basePath, url.substring(1));
        }
        int question = url.indexOf('?');
        String path = question < 0 ? url : url.substring(0, question);
        String query = question < 0 ? null : url.substring(question + 1);
        if (!isSlash(path.charAt(0))) {
            path = basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        }
        return assemble(origin, path, query);
    }

    /**
     * The home page that a business' owner meant: a bare host ({@code joes-diner.com}, {@code localhost:8080}) is taken as
     * {@code http://}.
     */
    public static Home home(String asWritten) {
        String trimmed = withoutControls(asWritten);
        String scheme = scheme(trimmed);
        boolean absolute = scheme != null && !isHostAndPort(trimmed);
        if (absolute && !scheme.equals("http") && !scheme.equals("https")) {
            return new Home(null, "unsupported-scheme");
        }
        String url = of(absolute ? trimmed : "http://" + trimmed);
        return url != null && (absolute || namesAHost(host(url)) && !isMailAddress(trimmed))
                ? new Home(url, null)
                : new Home(null, BAD_URL);
    }

    /** The host, in lower case; an IPv6 address without its brackets. */
    public static String host(String url) {
        int start = url.indexOf("://") + 3;
        int end = pathStart(url);
        if (url.charAt(start) == '[') {
            return url.substring(start + 1, url.indexOf(']', start));
        }
        int colon = url.indexOf(':', start);
        return url.substring(start, colon >= 0 && colon < end ? colon : end);
    }

    /** Scheme, host and port: what a robots.txt speaks for. */
    public static String origin(String url) {
        return url.substring(0, pathStart(url));
    }

    /** Whom politeness is shown to: the host without a leading {@code www.}. */
    public static String hostKey(String url) {
        String host = host(url);
        return host.startsWith("www.") && host.indexOf('.', 4) > 0 ? host.substring(4) : host;
    }

    /** The registrable domain by the public suffix list; an address, or a name under none of its suffixes, is its own site. */
    public static String site(String url) {
        String host = host(url);
        if (isAddress(host)) {
            return host;
        }
        String domain = EffectiveTldFinder.getAssignedDomain(host, true, false);
        return domain == null ? host : domain;
    }

    /** The site's own word: {@code joes-diner} of {@code www.joes-diner.co.uk}. */
    public static String domainLabel(String url) {
        String site = site(url);
        int dot = site.indexOf('.');
        return dot < 0 || isAddress(site) ? site : site.substring(0, dot);
    }

    /** What registries sell names under: {@code co.uk} of {@code joes-diner.co.uk}; empty where there is no such thing. */
    public static String extension(String url) {
        String host = host(url);
        String domain = isAddress(host) ? null : EffectiveTldFinder.getAssignedDomain(host, true, true);
        return domain == null ? "" : domain.substring(domain.indexOf('.') + 1);
    }

    /** The path, which is never empty and begins with a slash. */
    public static String path(String url) {
        int start = pathStart(url);
        int question = url.indexOf('?', start);
        return question < 0 ? url.substring(start) : url.substring(start, question);
    }

    private static int pathStart(String url) {
        return url.indexOf('/', url.indexOf("://") + 3);
    }

    /** Browsers trim spaces and drop tabs and line breaks wherever they stand. */
    private static String withoutControls(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\t' || c == '\n' || c == '\r') {
                return text.substring(start, end).replaceAll("[\\t\\n\\r]", "");
            }
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || c == '\u00a0' || c == '\u200b' || c == '\ufeff';
    }

    /** The scheme in lower case, or null if there is none. */
    private static String scheme(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == ':') {
                return i == 0 ? null : url.substring(0, i).toLowerCase(Locale.ROOT);
            }
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'))) {
                return null;
            }
        }
        return null;
    }

    /** Tells {@code localhost:8080} and {@code joes-diner.com:80/menu} from {@code mailto:…}. */
    private static boolean isHostAndPort(String text) {
        int start = text.indexOf(':') + 1;
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end > start
                && (end == text.length() || "/?#".indexOf(text.charAt(end)) >= 0)
                && !text.regionMatches(true, 0, "tel:", 0, 4);
    }

    private static boolean isMailAddress(String text) {
        int at = text.indexOf('@');
        int slash = text.indexOf('/');
        return at >= 0 && (slash < 0 || at < slash);
    }

    private static boolean namesAHost(String host) {
        return host.indexOf('.') > 0 || host.indexOf(':') >= 0 || host.equals("localhost");
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static boolean startsWithSlash(String text) {
        return !text.isEmpty() && isSlash(text.charAt(0));
    }

    private static String withoutLeadingSlashes(String text) {
        int start = 0;
        while (start < text.length() && isSlash(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    private static String absolute(String scheme, String rest) {
        int end = 0;
        while (end < rest.length() && !isSlash(rest.charAt(end)) && rest.charAt(end) != '?') {
            end++;
        }
        String authority = rest.substring(rest.lastIndexOf('@', end - 1) + 1, end);
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        String host = canonicalHost(hasPort ? authority.substring(0, colon) : authority);
        String port = hasPort ? canonicalPort(authority.substring(colon + 1), scheme) : "";
        if (host == null || port == null) {
            return null;
        }
        int question = rest.indexOf('?', end);
        String path = question < 0 ? rest.substring(end) : rest.substring(end, question);
        String query = question < 0 ? null : rest.substring(question + 1);
        return assemble(scheme + "://" + host + port, path, query);
    }

    private static String assemble(String origin, String path, String query) {
        var url = new StringBuilder(origin.length() + path.length() + 16).append(origin);
        appendPath(url, path);
        if (query != null && !query.isEmpty()) {
            url.append('?');
            appendEscaped(url, query, ALLOWED_IN_QUERY);
        }
        return url.length() > MAX_LENGTH ? null : url.toString();
    }

    private static void appendPath(StringBuilder url, String path) {
        var escaped = new StringBuilder(path.length() + 16);
        appendEscaped(escaped, path.replace('\\', '/'), ALLOWED_IN_PATH);
        if (escaped.indexOf("/.") < 0 && escaped.length() > 0 && escaped.charAt(0) == '/') {
            url.append(escaped);
            return;
        }
        String[] given = escaped.toString().split("/", -1);
        var segments = new ArrayList<String>(given.length);
        for (int i = given[0].isEmpty() ? 1 : 0; i < given.length; i++) {
            boolean last = i == given.length - 1;
            boolean dots = given[i].equals(".") || given[i].equals("..");
            if (given[i].equals("..") && !segments.isEmpty()) {
                segments.remove(segments.size() - 1);
            }
            if (!dots) {
                segments.add(given[i]);
            } else if (last) {
                segments.add("");
            }
        }
        if (segments.isEmpty()) {
            url.append('/');
        }
        for (String segment : segments) {
            url.append('/').append(segment);
        }
    }

    /** Escapes what must be, unescapes what need not be, and writes the digits of what stays escaped in upper case. */
    private static void appendEscaped(StringBuilder url, String text, String allowed) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int octet = i + 2 < text.length() ? octet(text.charAt(i + 1), text.charAt(i + 2)) : -1;
                if (octet < 0) {
                    url.append("%25");
                } else {
                    i += 2;
                    if (isLetterOrDigit((char) octet) || UNRESERVED.indexOf(octet) >= 0) {
                        url.append((char) octet);
                    } else {
                        appendOctet(url, octet);
                    }
                }
            } else if (isLetterOrDigit(c) || allowed.indexOf(c) >= 0) {
                url.append(c);
            } else if (c < 0x80) {
                appendOctet(url, c);
            } else {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                String character = pair ? text.substring(i, i + 2) : Character.isSurrogate(c) ? "\ufffd" : "" + c;
                for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
                    appendOctet(url, octet & 0xff);
                }
                i += pair ? 1 : 0;
            }
        }
    }

    private static void appendOctet(StringBuilder url, int octet) {
        url.append('%').append(HEX[octet >> 4]).append(HEX[octet & 15]);
    }

    private static int octet(char high, char low) {
        int h = Character.digit(high, 16);
        int l = Character.digit(low, 16);
        return h < 0 || l < 0 || high >= 0x80 || low >= 0x80 ? -1 : h << 4 | l;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** With its colon; empty for the scheme's own port; null if it is no port. */
    private static String canonicalPort(String port, String scheme) {
        if (port.isEmpty()) {
            return "";
        }
        if (port.length() > 9 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int number = Integer.parseInt(port);
        if (number == 0 || number > 65_535) {
            return null;
        }
        return number == (scheme.equals("http") ? 80 : 443) ? "" : ":" + number;
    }

    private static String canonicalHost(String written) {
        if (written.startsWith("[")) {
            return canonicalIpv6(written);
        }
        String host = unescaped(written);
        if (host == null) {
            return null;
        }
        if (!isPlain(host)) {
            try {
                host = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return null;
            }
        }
        host = host.toLowerCase(Locale.ROOT);
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.isEmpty() || host.length() > 253 || !isPlain(host)) {
            return null;
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            if (label.isEmpty() || label.length() > 63) {
                return null;
            }
        }
        return isNumber(labels[labels.length - 1]) ? canonicalIpv4(labels) : host;
    }

    /** Letters, digits, hyphens, underscores and dots. */
    private static boolean isPlain(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!isLetterOrDigit(c) && c != '-' && c != '.' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static String unescaped(String host) {
        if (host.indexOf('%') < 0) {
            return host;
        }
        var octets = new ByteArrayOutputStream(host.length());
        byte[] bytes = host.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                octets.write(bytes[i]);
                continue;
            }
            int octet = i + 2 < bytes.length ? octet((char) (bytes[i + 1] & 0xff), (char) (bytes[i + 2] & 0xff)) : -1;
            if (octet < 0) {
                return null;
            }
            octets.write(octet);
            i += 2;
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    private static boolean isNumber(String label) {
        return label.chars().allMatch(c -> c >= '0' && c <= '9') || label.matches("0x[0-9a-f]*");
    }

    /** Decimal, octal and hexadecimal numbers, one to four of them, the last one filling what is left of the 32 bits. */
    private static String canonicalIpv4(String[] labels) {
        if (labels.length > 4) {
            return null;
        }
        long address = 0;
        for (int i = 0; i < labels.length; i++) {
            boolean last = i == labels.length - 1;
            long number = number(labels[i]);
            long limit = last ? 1L << 8 * (5 - labels.length) : 256;
            if (number < 0 || number >= limit) {
                return null;
            }
            address |= last ? number : number << 8 * (3 - i);
        }
        return (address >> 24) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    private static long number(String label) {
        int radix = label.startsWith("0x") ? 16 : label.length() > 1 && label.startsWith("0") ? 8 : 10;
        String digits = label.substring(radix == 16 ? 2 : radix == 8 ? 1 : 0);
        try {
            return digits.isEmpty() ? 0 : digits.length() > 16 ? -1 : Long.parseLong(digits, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String canonicalIpv6(String bracketed) {
        if (!bracketed.endsWith("]") || bracketed.indexOf('%') >= 0) {
            return null;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(bracketed.substring(1, bracketed.length() - 1));
        if (address == null || address.length != 16) {
            return null;
        }
        try {
            InetAddress parsed = Inet6Address.getByAddress(null, address, -1);
            return "[" + NetUtil.toAddressString(parsed) + "]";
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || NetUtil.isValidIpV4Address(host);
    }

    private CanonicalUrl() {}
}
