package dev.tradewind.html;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the bytes of a page into text, whatever they are. In this order: a byte order mark, UTF-8 if the bytes can be nothing
 * else, the charset that the header names, the one that the page's first 4 KiB name, windows-1252.
 */
final class HtmlBytes {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int PRESCAN = 4 << 10;
    private static final Pattern IN_HEADER = Pattern.compile("(?i)charset\\s*+=\\s*+[\"']?+\\s*+([\\w:.-]{1,40})");
    private static final Pattern IN_PAGE =
            Pattern.compile("(?i)<meta[^>]{0,500}?charset\\s*+=\\s*+[\"']?+\\s*+([\\w:.-]{1,40})"
                    + "|<\\?xml[^>]{0,100}?encoding\\s*+=\\s*+[\"']([\\w:.-]{1,40})");

    /**
     * @param contentType the header as it came, or null
     * @param truncated whether the last character may be cut
     */
    static String decode(byte[] bytes, String contentType, boolean truncated) {
        if (startsWith(bytes, 0xef, 0xbb, 0xbf)) {
            return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
        } else if (startsWith(bytes, 0xfe, 0xff)) {
            return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE);
        } else if (startsWith(bytes, 0xff, 0xfe)) {
            return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16LE);
        } else if (startsWith(bytes, '<', 0)) {
            return new String(bytes, StandardCharsets.UTF_16LE);
        } else if (startsWith(bytes, 0, '<')) {
            return new String(bytes, StandardCharsets.UTF_16BE);
        }
        Found found = look(bytes, truncated);
        Charset declared = found == Found.UTF_8 ? null : declared(bytes, contentType);
        return new String(
                bytes,
                switch (found) {
                    case UTF_8 -> StandardCharsets.UTF_8;
                    case ASCII -> declared != null && declared.name().startsWith("ISO-2022") ? declared : WINDOWS_1252;
                    case MOSTLY_UTF_8 -> declared == null ? WINDOWS_1252 : declared;
                    case OTHER -> declared == null || declared.equals(StandardCharsets.UTF_8) ? WINDOWS_1252 : declared;
                });
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        for (int i = 0; i < start.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private enum Found {
        ASCII,
        UTF_8,
        MOSTLY_UTF_8,
        OTHER
    }

    private static Found look(byte[] bytes, boolean truncated) {
        int i = 0;
        int characters = 0;
        int faults = 0;
        while (i < bytes.length) {
            int lead = bytes[i++];
            if (lead >= 0) {
                continue;
            }
            int more = (lead & 0xe0) == 0xc0 && (lead & 0x1e) != 0
                    ? 1
                    : (lead & 0xf0) == 0xe0 ? 2 : (lead & 0xf8) == 0xf0 && (lead & 7) <= 4 ? 3 : 0;
            int rest = 0;
            while (rest < more && i < bytes.length && (bytes[i] & 0xc0) == 0x80) {
                i++;
                rest++;
            }
            if (more > 0 && rest == more) {
                characters++;
            } else if (more == 0 || i < bytes.length || !truncated) {
                faults++;
            }
        }
        return faults > 0
                ? characters > faults ? Found.MOSTLY_UTF_8 : Found.OTHER
                : characters > 0 ? Found.UTF_8 : Found.ASCII;
    }

    private static Charset declared(byte[] bytes, String contentType) {
        Charset charset = null;
        if (contentType != null) {
            Matcher matcher = IN_HEADER.matcher(contentType);
            charset = matcher.find() ? named(matcher.group(1)) : null;
        }
        if (charset == null) {
            String start = new String(bytes, 0, Math.min(bytes.length, PRESCAN), StandardCharsets.ISO_8859_1);
            Matcher matcher = IN_PAGE.matcher(start);
            while (charset == null && matcher.find()) {
                charset = named(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
        }
        return charset;
    }

    /** What a page means by that name, or null if it means nothing. */
    private static Charset named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("utf-16") || lower.startsWith("utf-32")) {
            // Not even its own declaration could have been read.
            return StandardCharsets.UTF_8;
        }
        if (lower.equals("iso-8859-1") || lower.equals("latin1") || lower.equals("us-ascii") || lower.equals("ascii")) {
            return WINDOWS_1252;
        }
        try {
            return Charset.forName(lower.equals("gb2312") ? "gbk" : lower);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private HtmlBytes() {}
}
