package dev.tradewind.html;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Attributes;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/**
 * Gathers what a visitor reads of html: white space collapsed, block elements and links set apart, without control
 * characters, invisible marks, lone surrogates and what no visitor can see, up to a length.
 */
final class PlainText implements NodeFilter {
    private static final Set<String> NEVER_SHOWN = Set.of(
            "head",
            "title",
            "script",
            "style",
            "template",
            "svg",
            "math",
            "iframe",
            "object",
            "audio",
            "video",
            "canvas",
            "select",
            "datalist",
            "textarea",
            "noframes",
            "noembed");
    private static final Set<String> SET_APART = Set.of("br", "a", "button", "label", "img", "input", "area");

    /** Elements that hold footers and cookie banners. */
    private static final Set<String> HOLDERS = Set.of("div", "section", "aside", "form", "p");

    private static final Pattern COOKIE_BANNER = Pattern.compile(
            "(?:cookie|gdpr)s?[-_]?(?:consent|notice|banner|law|popup|modal|message|alert|dialog|overlay|policy)"
                    + "|consent[-_]?(?:banner|popup|modal|dialog|overlay)|onetrust|cookiebot|cookieyes",
            Pattern.CASE_INSENSITIVE);

    /** Of a page, what is asked for. */
    enum Part {
        /** All that a visitor reads. */
        ALL,
        /** That without footers and cookie banners. */
        CONTENT,
        /** What a visitor without script reads. */
        WITHOUT_SCRIPT
    }

    private final StringBuilder text = new StringBuilder();
    private final int limit;
    private final Part part;
    private TextStyle style = TextStyle.PLAIN;
    private boolean gap;
    private boolean full;

    /** @param limit in characters */
    PlainText(int limit, Part part) {
        this.limit = limit;
        this.part = part;
    }

    /** {@code raw} collapsed and cut. */
    static String of(String raw, int limit) {
        return new PlainText(limit, Part.ALL).append(raw).toString();
    }

    PlainText append(String raw) {
        for (int i = 0; i < raw.length() && !full; i++) {
            char c = raw.charAt(i);
            if (c > ' ' && c < 0x7f) {
                put(c);
            } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                gap = true;
            } else if (Character.isHighSurrogate(c)) {
                if (i + 1 < raw.length() && Character.isLowSurrogate(raw.charAt(i + 1))) {
                    putPair(c, raw.charAt(++i));
                }
            } else if (!Character.isLowSurrogate(c) && !isInvisible(c)) {
                put(c);
            }
        }
        return this;
    }

    PlainText setApart() {
        gap = true;
        return this;
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode words) {
            if (style.unreadable()) {
                gap = true;
            } else {
                append(words.getWholeText());
            }
            return full ? FilterResult.STOP : FilterResult.CONTINUE;
        }
        if (node instanceof Element element) {
            boolean bare = element.attributesSize() == 0;
            Map<String, String> declared = bare ? Map.of() : TextStyle.declarations(element.attributes());
            if (isLeftOut(element) || !bare && isLeftOut(element, declared)) {
                gap |= element.isBlock();
                return FilterResult.SKIP_CHILDREN;
            }
            gap |= standsApart(element);
            style = bare ? style : style.in(element, declared);
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        gap |= node instanceof Element element && standsApart(element);
        if (node == style.owner()) {
            style = style.outer();
        }
        return FilterResult.CONTINUE;
    }

    private void put(char c) {
        int needed = gap && text.length() > 0 ? 2 : 1;
        if (text.length() + needed > limit) {
            full = true;
            return;
        }
        if (needed == 2) {
            text.append(' ');
        }
        gap = false;
        text.append(c);
    }

    private void putPair(char high, char low) {
        int needed = gap && text.length() > 0 ? 3 : 2;
        if (text.length() + needed > limit) {
            full = true;
            return;
        }
        put(high);
        text.append(low);
    }

    /** Controls, soft hyphens, zero-width spaces, marks of direction and byte order, and what is no character. */
    private static boolean isInvisible(char c) {
        return Character.isISOControl(c)
                || c == '\u00ad'
                || c == '\u200b'
                || c >= '\u200e' && c <= '\u200f'
                || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2060' && c <= '\u206f'
                || c == '\ufeff'
                || c >= '\ufffe';
    }

    private static boolean standsApart(Element element) {
        String name = element.normalName();
        return element.isBlock() || SET_APART.contains(name) || name.indexOf('-') > 0;
    }

    private boolean isLeftOut(Element element) {
        String name = element.normalName();
        return NEVER_SHOWN.contains(name)
                || name.equals("noscript") && part != Part.WITHOUT_SCRIPT
                || name.equals("footer") && part == Part.CONTENT
                || name.equals("dialog") && !element.hasAttr("open");
    }

    private boolean isLeftOut(Element element, Map<String, String> declared) {
        String name = element.normalName();
        Attributes said = element.attributes();
        return said.hasKey("hidden")
                || TextStyle.hides(declared)
                || isIcon(element, name)
                || part == Part.CONTENT && HOLDERS.contains(name) && isBesideTheContent(said);
    }

    private static boolean isBesideTheContent(Attributes said) {
        return said.get("role").equals("contentinfo")
                || isCookieBanner(said.get("id"))
                || isCookieBanner(said.get("class"));
    }

    private static boolean isCookieBanner(String names) {
        return (names.contains("ookie")
                        || names.contains("onsent")
                        || names.contains("gdpr")
                        || names.contains("onetrust"))
                && COOKIE_BANNER.matcher(names).find();
    }

    /** An icon font writes the icon's name where the icon stands. */
    private static boolean isIcon(Element element, String name) {
        return (name.equals("i") || name.equals("span"))
                && (element.attr("aria-hidden").equals("true") && element.childrenSize() == 0
                        || element.attr("class").startsWith("material-"));
    }
}
