package dev.tradewind.html;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Attributes;
import org.jsoup.nodes.Element;

/**
 * How text looks, as far as style attributes say: style sheets are not read, and where one may have the last word (an element
 * with a class may have a background of its own) text is taken for readable.
 *
 * @param owner the element that says so; null outside all of them
 * @param outer the style around it
 * @param tiny whether letters have no size
 * @param color of letters, 0xrrggbb; negative where nothing says it
 * @param background behind them, likewise
 */
record TextStyle(Element owner, TextStyle outer, boolean tiny, int color, int background) {
    private static final int UNKNOWN = -1;

    static final TextStyle PLAIN = new TextStyle(null, null, false, UNKNOWN, UNKNOWN);

    /** To the left or above the page by so many of any unit, and no visitor ever scrolls there. */
    private static final int FAR_OUT = -999;
    /** Of red, green and blue each, that no eye tells apart. */
    private static final int NO_CONTRAST = 8;

    private static final Set<String> PLACED = Set.of("absolute", "fixed");
    private static final Pattern NUMBER = Pattern.compile("(-?(?:\\d{1,9}(?:\\.\\d{0,9})?|\\.\\d{1,9}))([a-z%]*)");
    private static final Pattern HEX = Pattern.compile("#(?:[0-9a-f]{3}|[0-9a-f]{6})");
    private static final Pattern RGB = Pattern.compile(
            "rgba?\\(\\s*(\\d{1,3})\\s*,\\s*(\\d{1,3})\\s*,\\s*(\\d{1,3})\\s*(?:,\\s*1(?:\\.0*)?\\s*)?\\)");

    /** Whether nobody can read such text: letters without size, or of their background's colour. */
    boolean unreadable() {
        return tiny || color >= 0 && background >= 0 && alike(16) && alike(8) && alike(0);
    }

    private boolean alike(int shift) {
        return Math.abs((color >> shift & 0xff) - (background >> shift & 0xff)) <= NO_CONTRAST;
    }

    /**
     * The style in an element that stands in this one; this very one where the element changes nothing.
     *
     * @param style what {@link #declarations} finds in it
     */
    TextStyle in(Element element, Map<String, String> style) {
        Attributes said = element.attributes();
        if (style.isEmpty() && background == UNKNOWN && !said.hasKey("color") && !said.hasKey("bgcolor")) {
            return this;
        }
        boolean nowTiny = style.containsKey("font-size") ? isTiny(style.get("font-size")) : tiny;
        int nowColor = color(style.getOrDefault("color", said.get("color")), color);
        boolean maySayElse = said.hasKey("class") || said.hasKey("id");
        int nowBackground = color(
                style.getOrDefault("background", style.getOrDefault("background-color", said.get("bgcolor"))),
                maySayElse ? UNKNOWN : background);
        return nowTiny == tiny && nowColor == color && nowBackground == background
                ? this
                : new TextStyle(element, this, nowTiny, nowColor, nowBackground);
    }

    /** Whether a style attribute takes its element off the page with all that is in it. */
    static boolean hides(Map<String, String> style) {
        if (style.isEmpty()) {
            return false;
        }
        boolean placed = PLACED.contains(style.getOrDefault("position", ""));
        return style.getOrDefault("display", "").equals("none")
                || style.getOrDefault("visibility", "").equals("hidden")
                || isFarOut(style.get("text-indent"))
                || placed && (isFarOut(style.get("left")) || isFarOut(style.get("top")))
                || placed && style.getOrDefault("overflow", "").equals("hidden") && hasNoRoom(style);
    }

    private static boolean hasNoRoom(Map<String, String> style) {
        return isTiny(style.get("width")) || isTiny(style.get("height"));
    }

    /** Properties and values of the style attribute, in lower case; the last of a name counts. */
    static Map<String, String> declarations(Attributes attributes) {
        String style = attributes.get("style");
        if (style.isEmpty()) {
            return Map.of();
        }
        var declarations = new HashMap<String, String>();
        for (String declaration : style.toLowerCase(Locale.ROOT).split(";")) {
            int colon = declaration.indexOf(':');
            if (colon > 0) {
                String value = declaration.substring(colon + 1).replace("!important", "");
                declarations.put(declaration.substring(0, colon).strip(), value.strip());
            }
        }
        return declarations;
    }

    private static boolean isTiny(String length) {
        Matcher number = NUMBER.matcher(length == null ? "" : length);
        return number.matches()
                && Double.parseDouble(number.group(1)) <= (number.group(2).matches("p[xt]") ? 1 : 0);
    }

    private static boolean isFarOut(String length) {
        Matcher number = NUMBER.matcher(length == null ? "" : length);
        return number.matches() && Double.parseDouble(number.group(1)) <= FAR_OUT;
    }

    private static int color(String said, int otherwise) {
        if (said.isEmpty()) {
            return otherwise;
        }
        String color = said.toLowerCase(Locale.ROOT);
        Matcher rgb = RGB.matcher(color);
        if (color.equals("white")) {
            return 0xffffff;
        } else if (color.equals("black")) {
            return 0;
        } else if (HEX.matcher(color).matches()) {
            String digits = color.substring(1);
            return Integer.parseInt(digits.length() == 3 ? digits.replaceAll(".", "$0$0") : digits, 16);
        } else if (rgb.matches()) {
            return Integer.parseInt(rgb.group(1)) << 16
                    | Integer.parseInt(rgb.group(2)) << 8
                    | Integer.parseInt(rgb.group(3));
        }
        return UNKNOWN;
    }
}
